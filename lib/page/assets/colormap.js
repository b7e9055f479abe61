'use strict';

{
  const parse = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

  /** 256 colours, [red, green, blue] each, evenly from the first of `anchors` to the last. */
  const table = (anchors) => {
    const colors = anchors.map(parse);
    return Array.from({length: 256}, (_, index) => {
      const at = (index / 255) * (colors.length - 1);
      const below = Math.min(Math.floor(at), colors.length - 2);
      return colors[below].map((value, channel) => value + (colors[below + 1][channel] - value) * (at - below));
    });
  };

  /** Perceptually even from black to light: "magma", by van der Walt and Smith (CC0), in ten steps. */
  const magma = table(['#000004', '#180f3d', '#440f76', '#721f81', '#9e2f7f', '#cd4071', '#f1605d', '#fd9668',
    '#feca8d', '#fcfdbf']);

  /** From below to above the mean by way of the page's own background; blue and orange, for every kind of eye. */
  const diverging = () => table(['below-2', 'below-1', 'surface', 'above-1', 'above-2'].map(aura.color));

  /** An image with a pixel a value; `colorAt(column, row)`, rows from below, gives its colour. */
  const image = (columns, rows, colorAt) => {
    const canvas = document.createElement('canvas');
    canvas.width = columns;
    canvas.height = rows;
    const context = canvas.getContext('2d');
    const pixels = context.createImageData(columns, rows);
    for (let row = 0; row < rows; ++row) {
      for (let column = 0; column < columns; ++column) {
        const at = 4 * ((rows - 1 - row) * columns + column);
        pixels.data.set(colorAt(column, row), at);
        pixels.data[at + 3] = 255;
      }
    }
    context.putImageData(pixels, 0, 0);
    return canvas;
  };

  /** A bar of the colours between two labels. */
  const legend = (colors, low, high) => {
    const bar = document.createElement('canvas');
    aura.inColor(() => {
      const strip = image(256, 1, (column) => colors()[column]);
      bar.width = 256;
      bar.height = 1;
      bar.getContext('2d').drawImage(strip, 0, 0);
    });
    return aura.el('span', {class: 'legend', 'aria-hidden': 'true'}, low, bar, high);
  };

  aura.colormap = {magma, diverging, image, legend};
}
