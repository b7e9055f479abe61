'use strict';

/** What the page's scripts share: each file adds its part, in the order in which the pages load them. */
const aura = {};

{
  /**
   * An element with these attributes and children. Texts become text, never markup. Attributes that are null or
   * false are left out; nothing from outside may be one but where noted.
   */
  aura.el = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value != null && value !== false) element.setAttribute(name, value === true ? '' : value);
    }
    element.append(...children.filter((child) => child != null));
    return element;
  };

  /** Sets the text where it is another, so that a screen reader says it once. */
  aura.say = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
  };

  /** A link to `url`, which comes from outside: just text unless it leads to http or https. */
  aura.outsideLink = (url, text) => {
    const target = URL.canParse(url) ? new URL(url) : null;
    if (!target || !['http:', 'https:'].includes(target.protocol)) return document.createTextNode(text);
    return aura.el('a', {href: target.href, rel: 'noopener noreferrer', target: '_blank'}, text);
  };

  /** A bar as full as a job is; `label` names it to those who can't see where it stands. */
  aura.progressBar = (label) => aura.el('progress', {max: 100, value: 0, 'aria-label': label});

  /** A titled part of the page. */
  aura.section = (id, title, ...children) =>
    aura.el('section', {class: 'card', 'aria-labelledby': `${id}-title`},
      aura.el('h2', {id: `${id}-title`}, title), ...children);

  /** A colour of the style sheet by its name, as it is in the present scheme. */
  aura.color = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

  const dark = matchMedia('(prefers-color-scheme: dark)');
  const drawings = new Set();
  dark.addEventListener('change', () => drawings.forEach((draw) => draw()));

  /** Calls `draw` now and whenever the colours have changed. */
  aura.inColor = (draw) => {
    drawings.add(draw);
    draw();
  };
}
