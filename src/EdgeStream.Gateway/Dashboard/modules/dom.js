/**
 * Small tools over the DOM. Texts reach the page only as text nodes and attribute values, never as markup: names and
 * messages come from devices.
 */

/**
 * Creates an element. `options`: `class`, `testid` (data-testid), `text`, and any other member as an
 * attribute (`null`, `undefined` and `false` leave it out).
 * @param {string} tag @param {object} [options] @param {...(Node|string)} children
 */
export function element(tag, options = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'class') node.className = value;
    else if (name === 'testid') node.dataset.testid = value;
    else if (name === 'text') node.textContent = value;
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children);
  return node;
}

/** An element of the page's skeleton. Throws when the skeleton and the code disagree. */
export function byId(id) {
  const node = document.getElementById(id);
  if (node === null) throw new Error(`${location.pathname} has no #${id}`);
  return node;
}

/** Sets the text only when it differs: writing the same text would still cost layout and announce it again. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

export function setHidden(node, hidden) {
  if (node.hidden !== hidden) node.hidden = hidden;
}

/** A length as a CSS custom property, through the object model: style attributes are barred by the page's policy. */
export function setFraction(node, property, fraction) {
  node.style.setProperty(property, String(Math.min(1, Math.max(0, fraction))));
}

/**
 * Keeps a container's children in step with items by key: creates, orders and removes; a child that stays keeps its
 * focus and open state.
 * @template Item, View
 */
export class KeyedList {
  /**
   * @param {Element} container may hold other elements before `behaviour.after`, which are left alone
   * @param {{after?: Element, key: (item: Item) => string, create: (item: Item) => View & {node: Element},
   *   update: (view: View, item: Item) => void, remove?: (view: View) => void}} behaviour
   */
  constructor(container, behaviour) {
    this._container = container;
    this._behaviour = behaviour;
    /** @type {Map<string, View & {node: Element}>} */
    this.views = new Map();
  }

  /** @param {Item[]} items */
  update(items) {
    const gone = new Map(this.views);
    const { after } = this._behaviour;
    let next = after ? after.nextElementSibling : this._container.firstElementChild;
    for (const item of items) {
      const key = this._behaviour.key(item);
      gone.delete(key);
      let view = this.views.get(key);
      if (!view) {
        view = this._behaviour.create(item);
        this.views.set(key, view);
      }
      if (view.node === next) next = next.nextElementSibling;
      else this._container.insertBefore(view.node, next);
      this._behaviour.update(view, item);
    }
    for (const [key, view] of gone) {
      this._behaviour.remove?.(view);
      view.node.remove();
      this.views.delete(key);
    }
  }
}
