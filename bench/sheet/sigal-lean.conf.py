# As little as sigal can make of a photo: a print of our size, and a link to the file itself.
thumb_size = (120, 120)
use_orig = True
orig_link = True
