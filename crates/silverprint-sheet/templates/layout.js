// Where each frame of the view lies on the wall: pure arithmetic, no elements.
//
// The wall is a column of groups, each a heading and rows of frames. Only what
// is near the window has elements, so everything else has to be counted.
"use strict";

/** Lays `view` out in so many columns; lengths in pixels. */
silverprint.layOut = (view, { columns, pitch, heading, gap }) => {
  const { groups } = view;
  const count = groups.length;
  // Of each group: its top, and the number of its first row. One more for the end.
  const tops = new Float64Array(count + 1);
  const firstRows = new Float64Array(count + 1);
  groups.forEach(({ length, label }, i) => {
    const rows = Math.ceil(length / columns);
    firstRows[i + 1] = firstRows[i] + rows;
    tops[i + 1] = tops[i] + (label ? heading : 0) + rows * pitch + gap;
  });

  /** The last entry of a rising table that is not above `value`. */
  const search = (table, value) => {
    let low = 0, high = Math.max(0, count - 1);
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (table[middle] <= value) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const head = (group) => (groups[group].label ? heading : 0);

  return {
    columns,
    pitch,
    height: tops[count],
    rows: firstRows[count],
    groupTop: (group) => tops[group],
    groupBottom: (group) => tops[group + 1] - gap,
    headOf: head,
    groupAt: (y) => search(tops, y),

    /** The row at a height; of a heading the row under it, of a gap the one above. */
    rowAt(y) {
      const group = search(tops, y);
      const row = Math.floor((y - tops[group] - head(group)) / pitch);
      return Math.min(Math.max(firstRows[group] + row, firstRows[group]), firstRows[group + 1] - 1);
    },

    /** A row: its group, the position of its first frame, how many frames, its top. */
    row(number) {
      const group = search(firstRows, number);
      const inGroup = number - firstRows[group];
      const { start, length } = groups[group];
      return {
        group,
        inGroup,
        start: start + inGroup * columns,
        length: Math.min(columns, length - inGroup * columns),
        top: tops[group] + head(group) + inGroup * pitch,
      };
    },

    /** The number of the row in which a position lies. */
    rowOf(position) {
      let low = 0, high = count - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (groups[middle].start <= position) low = middle;
        else high = middle - 1;
      }
      return firstRows[low] + Math.floor((position - groups[low].start) / columns);
    },
  };
};
