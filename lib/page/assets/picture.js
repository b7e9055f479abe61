'use strict';

/** Pictures over time on canvas: a frame with axes, and a line that marks one moment in all of them. */
{
  const {el, format} = aura;
  const kMargin = {left: 52, right: 10, top: 8, bottom: 24};

  /** The bytes of a base64 text. */
  aura.bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  aura.signedBytes = (base64) => new Int8Array(aura.bytes(base64).buffer);

  /** Seconds between ticks that leave at least 70 pixels for each. */
  const timeStep = (duration, width) => {
    const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];
    return steps.find((step) => (duration / step) * 70 <= width) ?? 7200;
  };

  const drawAxes = (context, box, {duration, ticks, unit}) => {
    context.font = '11px system-ui, sans-serif';
    context.fillStyle = aura.color('muted');
    context.strokeStyle = aura.color('line');
    context.lineWidth = 1;
    context.textBaseline = 'middle';
    context.textAlign = 'right';
    for (const {at, label} of ticks) {
      const y = Math.round(box.y + box.height * (1 - at)) + 0.5;
      context.beginPath();
      context.moveTo(box.x - 4, y);
      context.lineTo(box.x, y);
      context.stroke();
      context.fillText(label, box.x - 7, Math.max(y, box.y + 5));
    }
    context.textBaseline = 'top';
    context.textAlign = 'left';
    if (unit) context.fillText(unit, 0, box.y + box.height + 8);
    context.textAlign = 'center';
    const step = timeStep(duration, box.width);
    for (let second = 0; second <= duration; second += step) {
      const x = Math.round(box.x + (second / duration) * box.width) + 0.5;
      context.beginPath();
      context.moveTo(x, box.y + box.height);
      context.lineTo(x, box.y + box.height + 4);
      context.stroke();
      const label = format.time(second, step < 1 ? 1 : 0);
      const half = context.measureText(label).width / 2;
      context.fillText(label, Math.min(x, box.x + box.width + kMargin.right - half), box.y + box.height + 8);
    }
  };

  /** Makes `canvas` as sharp as the screen is and its drawing units CSS pixels. */
  const sized = (canvas, width, height) => {
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const context = canvas.getContext('2d');
    context.scale(ratio, ratio);
    return context;
  };

  /**
   * The moment, in seconds, that a reader looks at, in all pictures of a track: a slider for the keyboard, and a
   * pointer over any picture. `describe` says what there is at a moment. If the track can be heard, `seek(seconds)`
   * has it play from a moment.
   */
  aura.Moment = class {
    constructor(duration, describe) {
      this.duration = duration;
      this.describe = describe;
      this.seconds = 0;
      this.followers = [];
      this.played = null;
      this.heads = [];
      this.seek = null;
      this.slider = el('input', {
        type: 'range', id: 'moment', min: 0, max: duration, step: Math.max(0.01, duration / 1000), value: 0,
      });
      this.readout = el('p', {class: 'readout'});
      this.slider.addEventListener('input', () => {
        this.move(Number(this.slider.value));
        this.seek?.(this.seconds);
      });
      this.element = el('div', {class: 'moment'},
        el('label', {for: 'moment'}, 'Look at a moment'), this.slider, this.readout);
    }

    move(seconds) {
      this.seconds = Math.min(Math.max(seconds, 0), this.duration);
      this.slider.value = this.seconds;
      const text = `${format.time(this.seconds, 1)} · ${this.describe(this.seconds)}`;
      this.slider.setAttribute('aria-valuetext', text);
      this.readout.textContent = text;
      this.followers.forEach((follow) => follow());
    }

    /** Shows that the track plays here. */
    play(seconds) {
      this.played = Math.min(seconds, this.duration);
      this.heads.forEach((draw) => draw());
    }
  };

  /**
   * A figure with a canvas. `title` and `caption` are shown, `finding` is what the picture tells to those who can't
   * see it. `paint(context, box)` draws inside `box`; `ticks` are {at: 0 to 1 from below, label} of the vertical axis
   * and `unit` theirs. `legend`, an element, stands beside the title.
   */
  aura.picture = ({id, title, caption, finding, height, moment, ticks, unit, paint, legend}) => {
    const canvas = el('canvas', {id, role: 'img', 'aria-label': finding});
    const line = el('canvas', {class: 'moment-line', 'aria-hidden': 'true'});
    const head = el('div', {class: 'playhead', hidden: true});
    const frame = el('div', {class: 'picture'}, canvas, line, head);
    let box = null;

    const drawLine = () => {
      if (!box) return;
      const context = sized(line, frame.clientWidth, height);
      const x = box.x + (moment.seconds / moment.duration) * box.width;
      context.fillStyle = aura.color('ink');
      context.fillRect(x - 0.5, box.y, 1, box.height);
    };
    const drawHead = () => {
      if (!box || moment.played === null) return;
      head.hidden = false;
      head.style.left = `${box.x + (moment.played / moment.duration) * box.width}px`;
    };
    const draw = () => {
      const width = frame.clientWidth;
      if (width === 0) return;
      box = {
        x: kMargin.left, y: kMargin.top,
        width: width - kMargin.left - kMargin.right, height: height - kMargin.top - kMargin.bottom,
      };
      const context = sized(canvas, width, height);
      context.save();
      context.beginPath();
      context.rect(box.x, box.y, box.width, box.height);
      context.clip();
      paint(context, box);
      context.restore();
      drawAxes(context, box, {duration: moment.duration, ticks, unit});
      drawLine();
      drawHead();
    };
    for (const how of ['pointerdown', 'pointermove']) {
      frame.addEventListener(how, (event) => {
        if (box) moment.move(((event.offsetX - box.x) / box.width) * moment.duration);
      });
    }
    frame.addEventListener('click', () => moment.seek?.(moment.seconds));
    moment.followers.push(drawLine);
    moment.heads.push(drawHead);
    frame.style.height = `${height}px`;
    new ResizeObserver(draw).observe(frame);
    aura.inColor(draw);
    return el('figure', {}, el('div', {class: 'figure-head'}, el('h3', {}, title), legend ?? null), frame,
      el('figcaption', {}, caption));
  };
}
