// edit.js - the editor: the form on the left, the reply it makes on the right. #/edit/V a draft, #/edit?record=ID one to be
// begun, #/edit?kind=K a new record. Ctrl+S saves, Ctrl+Enter sends it to be approved.
import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { post } from '../api.js';
import { go, rename, setGuard, to } from '../router.js';
import { fill, sameJson } from '../text.js';
import { Action, LoadedPage, Notice, Page, ask, say, useLoad } from '../ui.js';
import { TextField } from '../form.js';
import { RecordForm, ValidityForm } from '../editor.js';
import { Conflict } from '../conflict.js';
import { Preview } from '../preview.js';
import { flat, load, rival, save, unflat } from '../drafts.js';
import { flaws, path, title } from '../members.js';
import { w } from '../words.vi.js';

function check(at, draft, today) {
	const missing = flaws(at.kind, draft.body);
	const errors = Object.fromEntries(missing.map((name) => [name, w.errors.needed]));

	if (at.fresh && at.kind === 'procedure' && !draft.body.code?.trim())
		errors.code = w.errors.needed;
	if (!draft.valid_from && draft.change === 'abolished')
		errors.valid_from = w.errors.needed;
	if (draft.valid_to && draft.valid_to <= (draft.valid_from || today))
		errors.valid_to = w.errors.span;
	return errors;
}

// What the reply says of its source stands beside the body.
const about = ({ source, source_date, decision_date }) => Object.fromEntries(Object.entries({ source, source_date, decision_date }).filter(([, value]) => value));

function useUnsaved(dirty) {
	useEffect(() => {
		setGuard(dirty ? () => ask({ title: w.edit.leave_title, text: w.edit.leave, yes: w.edit.leave_yes, no: w.edit.stay, danger: true }) : null);
		return () => setGuard(null);
	}, [dirty]);
}

function useSaveKeys(onSave, onSubmit) {
	const now = useRef();

	now.current = { onSave, onSubmit };
	useEffect(() => {
		const press = (event) => {
			const act = (event.ctrlKey || event.metaKey) && { s: 'onSave', Enter: 'onSubmit' }[event.key];

			if (!act || document.querySelector('dialog[open]'))
				return;
			event.preventDefault();
			now.current[act]().catch((error) => say(error.message, 'bad'));
		};

		addEventListener('keydown', press);
		return () => removeEventListener('keydown', press);
	}, []);
}

// The draft in hand: {at, draft, setDraft, dirty, errors, store, send, conflict}.
function useDraft(first, today) {
	const [at, setAt] = useState(first);
	const [draft, setDraft] = useState(first.draft);
	const [saved, setSaved] = useState(first.version ? first.draft : null);
	const [errors, setErrors] = useState({});
	const [conflict, setConflict] = useState(null);
	const dirty = !sameJson(draft, saved ?? first.draft);
	const refuse = (found) => {
		setErrors(found);
		setTimeout(() => document.querySelector('[aria-invalid=true]')?.focus());
		say(fill(w.edit.look_at, { members: Object.keys(found).map(path).join('; ') }), 'bad');
	};
	// A refused save: compared with what was in its way, asked about, or shown where it is wrong. → saved after all?
	const failed = async (error) => {
		const other = error.status === 409 ? await rival(at, error, saved ?? first.draft, draft) : null;

		if (other)
			setConflict(other);
		else if (error.code === 'inherited')
			return await ask({ title: w.edit.inherited_title, text: w.edit.inherited, yes: w.edit.inherited_yes, danger: true }) && { though_inherited: true };
		else if (error.field)
			refuse({ [error.field]: error.message });
		else
			throw error;
		return null;
	};
	// → the version's number, or 0 when it was not saved
	const store = async (more) => {
		const found = check(at, draft, today);

		if (Object.keys(found).length)
			return refuse(found), 0;
		setErrors({});
		if (at.version && !dirty)
			return at.version;
		try {
			const done = await save(at, draft, more);

			setAt({ ...at, ...done, fresh: false });
			setSaved(draft);
			rename(to('edit', done.version));
			say(w.edit.saved);
			return done.version;
		} catch (error) {
			const agreed = await failed(error);

			return agreed ? store(agreed) : 0;
		}
	};
	const merged = (values) => {
		setAt(conflict.at);
		setSaved(conflict.theirs);
		setDraft(unflat(values));
		setConflict(null);
		say(w.conflict.merged);
	};

	return { at, draft, setDraft, dirty, errors, store, conflict, merged, dropConflict: () => setConflict(null) };
}

function Editor({ first, me }) {
	const d = useDraft(first, me.today);
	const { at, draft } = d;
	const submit = async () => {
		const version = await d.store();

		if (!version)
			return;
		await post(`versions/${version}/submit`);
		setGuard(null);
		say(w.edit.submitted);
		go(to('version', version));
	};
	const drop = async () => {
		if (!await ask({ title: w.edit.drop_title, text: w.edit.drop_text, yes: w.edit.drop, danger: true }))
			return;
		await post(`versions/${at.version}/withdraw`);
		setGuard(null);
		go(at.id ? to('record', at.id, { unit: at.unit }) : to('records'));
	};

	useUnsaved(d.dirty);
	useSaveKeys(() => d.store(), submit);
	return html`<${Page} title=${title(draft.body) || w.edit.titles[at.kind]} note=${at.version ? w.edit.draft_of : at.fresh ? w.edit.fresh : w.edit.begin}
		back=${at.id ? { href: to('record', at.id, { unit: at.unit }), text: w.history.to_record } : { href: to('records'), text: w.menu.records }}
		actions=${html`${at.version > 0 && html`<${Action} onPress=${drop}>${w.edit.drop}</${Action}>`}`}>
		${at.unit && !at.fresh && html`<${Notice}><p>${w.edit.of_unit}</p></${Notice}>`}
		${at.open && html`<${Notice} kind="warn"><p>${fill(w.edit.open, { who: at.open.author ?? '' })} <a href=${to('edit', at.open.version)}>${w.record.open_draft}</a></p></${Notice}>`}
		<div class="split edit"><form onSubmit=${(event) => event.preventDefault()} novalidate>
			${at.fresh && at.kind === 'procedure' && html`<div class="fields"><${TextField} label=${w.members.code} hint=${w.member_hints.code} required error=${d.errors.code}
				value=${draft.body.code} onChange=${(code) => d.setDraft({ ...draft, body: { ...draft.body, code } })} rest=${{ maxlength: 64 }} /></div>`}
			<${RecordForm} kind=${at.kind} body=${draft.body} errors=${d.errors} onChange=${(body) => d.setDraft({ ...draft, body })} />
			<${ValidityForm} draft=${draft} errors=${d.errors} today=${me.today} fresh=${draft.change === 'new'} onChange=${d.setDraft} />
		</form><aside><${Preview} id=${at.id || at.kind} unit=${at.unit} what=${{ body: { ...draft.body, ...about(draft) } }} /></aside></div>
		<div class="bar" role="region" aria-label=${w.edit.bar}><span class=${d.dirty ? 'unsaved' : 'soft'} role="status">${d.dirty ? w.edit.unsaved : at.version ? w.edit.all_saved : ''}</span>
			<${Action} onPress=${() => d.store()} title="Ctrl+S">${w.edit.save}</${Action}>
			<${Action} kind="primary" onPress=${submit} title="Ctrl+Enter">${w.edit.submit}</${Action}></div>
		${d.conflict && html`<${Conflict} base=${d.conflict.base} mine=${flat(draft)} theirs=${flat(d.conflict.theirs)} who=${d.conflict.who} onMerged=${d.merged} onClose=${d.dropConflict} />`}
	</${Page}>`;
}

export default function Edit({ me, parts: [number], query }) {
	const what = [number, query.record, query.unit, query.kind, query.change].join(' ');
	const loaded = useLoad(() => load(number, query, me.today), [what]);

	return html`<${LoadedPage} key=${what} from=${loaded}>${(first) => html`<${Editor} first=${first} me=${me} />`}</${LoadedPage}>`;
}
