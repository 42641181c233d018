// The rival that counts most: C and libjpeg-turbo, as a careful user would write it. Grey at the
// smallest scale that is large enough, the square in the middle by Lanczos, a JPEG of quality 85.
//
// turbo PICTURES; it is asked line by line, as xtask/src/bench/thumbs/rival.rs says. One request is
// its own, `eighth KIND FOLDER`: every picture's grey at an eighth, as PGM.
//
// It trusts its input: pictures that the bench itself made.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <dirent.h>
#include <jpeglib.h>

#ifndef LIBJPEG_TURBO_VERSION
#error "this libjpeg is not libjpeg-turbo; on Debian: apt-get install libjpeg62-turbo-dev"
#endif
#define TEXT(token) #token
#define VERSION(token) TEXT(token)

enum { SIDE = 120, QUALITY = 85, LOBES = 3, MOST_TAPS = 512 };

typedef struct {
    char *name;
    unsigned char *bytes;
    size_t length;
} Picture;

typedef struct {
    Picture *pictures;
    int count;
} Kind;

// Grey samples, rows from the top; the memory is kept from picture to picture.
typedef struct {
    unsigned char *samples;
    size_t capacity;
    int width, height;
} Grey;

// What one sample of a thumbnail is made of: weights for `taps` samples from `first` on.
typedef struct {
    int first, taps;
    float weights[MOST_TAPS];
} Mixture;

static void fail(const char *what, const char *name) {
    fprintf(stderr, "turbo: %s: %s\n", what, name);
    exit(1);
}

static void *checked(void *memory) {
    if (!memory) fail("no memory", "");
    return memory;
}

// ---- Decoding ----

static void decode(const Picture *picture, int eighths, Grey *grey) {
    struct jpeg_decompress_struct info;
    struct jpeg_error_mgr errors;
    info.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, picture->bytes, picture->length);
    jpeg_read_header(&info, TRUE);
    if (eighths == 0) {
        int side = info.image_width < info.image_height ? info.image_width : info.image_height;
        for (eighths = 1; eighths < 8 && side * eighths / 8 < SIDE; eighths *= 2);
    }
    info.scale_num = eighths;
    info.scale_denom = 8;
    info.out_color_space = JCS_GRAYSCALE;
    info.dct_method = JDCT_ISLOW;
    jpeg_start_decompress(&info);
    grey->width = info.output_width;
    grey->height = info.output_height;
    size_t needed = (size_t)grey->width * grey->height;
    if (needed > grey->capacity) {
        grey->samples = checked(realloc(grey->samples, needed));
        grey->capacity = needed;
    }
    while (info.output_scanline < info.output_height) {
        JSAMPROW rows[16];
        for (int n = 0; n < 16; n++) {
            int row = info.output_scanline + n;
            if (row >= grey->height) row = grey->height - 1;
            rows[n] = grey->samples + (size_t)row * grey->width;
        }
        jpeg_read_scanlines(&info, rows, 16);
    }
    jpeg_finish_decompress(&info);
    jpeg_destroy_decompress(&info);
}

// ---- Resizing ----

static double sinc(double x) { return x == 0 ? 1 : sin(M_PI * x) / (M_PI * x); }

static double lanczos(double x) { return fabs(x) < LOBES ? sinc(x) * sinc(x / LOBES) : 0; }

// Mixtures for a thumbnail's samples over [from, from + length) of `available` samples.
static void mix(Mixture *mixtures, double from, double length, int available) {
    double scale = length / SIDE, width = scale < 1 ? 1 : scale;
    for (int n = 0; n < SIDE; n++) {
        double center = from + (n + 0.5) * scale, total = 0;
        int first = center - LOBES * width + 0.5, end = center + LOBES * width + 0.5;
        if (first < 0) first = 0;
        if (end > available) end = available;
        for (int at = first; at < end; at++) {
            double weight = lanczos((at + 0.5 - center) / width);
            mixtures[n].weights[at - first] = weight;
            total += weight;
        }
        for (int tap = 0; tap < end - first; tap++) mixtures[n].weights[tap] /= total;
        mixtures[n].first = first;
        mixtures[n].taps = end - first;
    }
}

static void resize(const Grey *grey, unsigned char *thumbnail) {
    static Mixture across[SIDE], down[SIDE];
    static float *between;
    static size_t capacity;
    int side = grey->width < grey->height ? grey->width : grey->height;
    mix(across, (grey->width - side) / 2.0, side, grey->width);
    mix(down, (grey->height - side) / 2.0, side, grey->height);
    size_t needed = (size_t)SIDE * grey->height;
    if (needed > capacity) {
        between = checked(realloc(between, needed * sizeof *between));
        capacity = needed;
    }
    for (int y = 0; y < grey->height; y++) {
        const unsigned char *row = grey->samples + (size_t)y * grey->width;
        for (int x = 0; x < SIDE; x++) {
            float sum = 0;
            for (int tap = 0; tap < across[x].taps; tap++)
                sum += across[x].weights[tap] * row[across[x].first + tap];
            between[y * SIDE + x] = sum;
        }
    }
    for (int y = 0; y < SIDE; y++) {
        float sums[SIDE] = {0};
        for (int tap = 0; tap < down[y].taps; tap++) {
            const float *row = between + (down[y].first + tap) * SIDE;
            for (int x = 0; x < SIDE; x++) sums[x] += down[y].weights[tap] * row[x];
        }
        for (int x = 0; x < SIDE; x++) {
            float level = sums[x] + 0.5f;
            thumbnail[y * SIDE + x] = level < 0 ? 0 : level > 255 ? 255 : level;
        }
    }
}

// ---- Encoding ----

// The thumbnail's JPEG, for the caller to free.
static unsigned char *encode(unsigned char *thumbnail, unsigned long *length) {
    struct jpeg_compress_struct info;
    struct jpeg_error_mgr errors;
    unsigned char *bytes = NULL;
    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, &bytes, length);
    info.image_width = info.image_height = SIDE;
    info.input_components = 1;
    info.in_color_space = JCS_GRAYSCALE;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, QUALITY, TRUE);
    jpeg_start_compress(&info, TRUE);
    while (info.next_scanline < SIDE) {
        JSAMPROW row = thumbnail + info.next_scanline * SIDE;
        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    return bytes;
}

static unsigned char *make(const Picture *picture, unsigned long *length) {
    static Grey grey;
    static unsigned char thumbnail[SIDE * SIDE];
    *length = 0;
    decode(picture, 0, &grey);
    resize(&grey, thumbnail);
    return encode(thumbnail, length);
}

// ---- What it is asked ----

// A path within a folder, in memory that the next one takes over.
static const char *within(const char *folder, const char *name) {
    static char path[8192];
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        fail("too long a path", name);
    return path;
}

static void read_picture(const char *folder, const char *name, Picture *picture) {
    const char *path = within(folder, name);
    FILE *file = fopen(path, "rb");
    if (!file) fail("cannot read", path);
    fseek(file, 0, SEEK_END);
    picture->length = ftell(file);
    rewind(file);
    picture->name = checked(strdup(name));
    picture->bytes = checked(malloc(picture->length));
    if (fread(picture->bytes, 1, picture->length, file) != picture->length) fail("cannot read", path);
    fclose(file);
}

static void load(const char *pictures, const char *kind, Kind *loaded) {
    char *folder = checked(strdup(within(pictures, kind)));
    for (int n = 0; n < loaded->count; n++) {
        free(loaded->pictures[n].name);
        free(loaded->pictures[n].bytes);
    }
    loaded->count = 0;
    struct dirent **entries;
    int found = scandir(folder, &entries, NULL, alphasort);
    if (found < 0) fail("cannot read", folder);
    loaded->pictures = checked(realloc(loaded->pictures, found * sizeof *loaded->pictures));
    for (int n = 0; n < found; n++) {
        if (entries[n]->d_name[0] != '.')
            read_picture(folder, entries[n]->d_name, &loaded->pictures[loaded->count++]);
        free(entries[n]);
    }
    free(entries);
    free(folder);
}

static FILE *create(const char *folder, const char *name) {
    const char *path = within(folder, name);
    FILE *file = fopen(path, "wb");
    if (!file) fail("cannot write", path);
    return file;
}

static void write_thumbnails(const Kind *kind, const char *folder) {
    for (int n = 0; n < kind->count; n++) {
        unsigned long length;
        unsigned char *bytes = make(&kind->pictures[n], &length);
        FILE *file = create(folder, kind->pictures[n].name);
        fwrite(bytes, 1, length, file);
        fclose(file);
        free(bytes);
    }
}

static void write_eighths(const Kind *kind, const char *folder) {
    static Grey grey;
    for (int n = 0; n < kind->count; n++) {
        decode(&kind->pictures[n], 1, &grey);
        FILE *file = create(folder, kind->pictures[n].name);
        fprintf(file, "P5\n%d %d\n255\n", grey.width, grey.height);
        fwrite(grey.samples, 1, (size_t)grey.width * grey.height, file);
        fclose(file);
    }
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

static double seconds(const Kind *kind, int times) {
    double began = now();
    while (times--) {
        for (int n = 0; n < kind->count; n++) {
            unsigned long length;
            free(make(&kind->pictures[n], &length));
        }
    }
    return now() - began;
}

int main(int count, char **args) {
    char line[8192], kind[64], folder[4096];
    Kind loaded = {0};
    int times;
    if (count != 2) fail("it takes one argument", "PICTURES");
    printf("libjpeg-turbo %s\n", VERSION(LIBJPEG_TURBO_VERSION));
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        if (sscanf(line, "load %63s %4095[^\n]", kind, folder) == 2) {
            load(args[1], kind, &loaded);
            write_thumbnails(&loaded, folder);
            printf("%d\n", loaded.count);
        } else if (sscanf(line, "eighth %63s %4095[^\n]", kind, folder) == 2) {
            load(args[1], kind, &loaded);
            write_eighths(&loaded, folder);
            printf("%d\n", loaded.count);
        } else if (sscanf(line, "time %d", &times) == 1) {
            printf("%.9f\n", seconds(&loaded, times));
        } else {
            fail("no such request", line);
        }
        fflush(stdout);
    }
    return 0;
}
