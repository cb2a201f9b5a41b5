// markdown.js - the little Markdown the help pages use: headings, numbered and plain lists, paragraphs, **strong**, `code`, [links](#/…).
import { html } from './vendor/preact.js';

// 'Bấm **Lưu**' → ['Bấm ', <strong>Lưu</strong>]
function inline(text) {
	return text.split(/(\*\*[^*]+\*\*|`[^`]+`|\[[^\]]+\]\([^)\s]+\))/).map((piece, i) => {
		const link = /^\[([^\]]+)\]\((#\/[^)\s]*)\)$/.exec(piece);

		if (piece.startsWith('**'))
			return html`<strong key=${i}>${piece.slice(2, -2)}</strong>`;
		if (piece.startsWith('`'))
			return html`<code key=${i}>${piece.slice(1, -1)}</code>`;
		return link ? html`<a key=${i} href=${link[2]}>${link[1]}</a>` : piece;
	});
}

function block(lines, i) {
	const items = (mark) => lines.map((line) => line.replace(mark, ''));

	if (/^## /.test(lines[0]))
		return html`<h2 key=${i}>${inline(lines[0].slice(3))}</h2>`;
	if (/^\d+\. /.test(lines[0]))
		return html`<ol key=${i} start=${parseInt(lines[0], 10)}>${items(/^\d+\. /).map((line, at) => html`<li key=${at}>${inline(line)}</li>`)}</ol>`;
	if (/^- /.test(lines[0]))
		return html`<ul key=${i}>${items(/^- /).map((line, at) => html`<li key=${at}>${inline(line)}</li>`)}</ul>`;
	return html`<p key=${i}>${inline(lines.join(' '))}</p>`;
}

export const Markdown = ({ text }) => text.split(/\n\s*\n/).map((part) => part.trim()).filter(Boolean).map((part, i) => block(part.split('\n'), i));
