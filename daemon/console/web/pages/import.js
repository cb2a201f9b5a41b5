// import.js - a spreadsheet becomes records, in four steps: choose the file, match its columns, look at what would change, take
// it over. Nothing is written before the last step. Where it is in these steps stands in one object, `job`.
import { html, useState } from '../vendor/preact.js';
import { download, get } from '../api.js';
import { time } from '../text.js';
import { Badge, Page, say } from '../ui.js';
import { List, useList } from '../list.js';
import { Choose, Match, Steps } from '../import_file.js';
import { DryRun, Result } from '../import_run.js';
import { fill, number } from '../text.js';
import { w } from '../words.vi.js';

const past = [
	{ name: w.imports.when, kind: 'main', text: (i) => time(i.created_ms) },
	{ name: w.imports.file, text: (i) => i.file },
	{ name: w.imports.who, text: (i) => i.who },
	{ name: w.records.state, text: (i) => html`<${Badge} of=${i.state} words=${w.imports.states} /> ${i.mode === 'dry' && html`<small class="soft">${w.imports.only_tried}</small>`}` },
	{ name: w.imports.counts, text: (i) => i.counts && fill(w.imports.counts_line, { added: number(i.counts.added), changed: number(i.counts.changed), refused: number(i.counts.refused) }) },
];

function Templates() {
	return html`<section><h2>${w.imports.templates}</h2><p class="soft">${w.imports.templates_lead}</p><ul class="plain-list">
		${Object.entries(w.kinds).map(([kind, name]) => html`<li key=${kind}>${name}: ${['xlsx', 'csv'].map((format) => html`
			<a key=${format} download href=${download('template', { kind, format })}>${w.formats[format]}</a> `)}</li>`)}</ul></section>`;
}

function Past({ query }) {
	const list = useList('imports', ['import'], query);

	return html`<section><h2>${w.imports.past}</h2><${List} of=${list} label=${w.imports.past} columns=${past} rowKey=${(i) => i.import} empty=${w.imports.none} /></section>`;
}

export default function Import({ me, query }) {
	const [job, setJob] = useState({ step: 'choose' });
	const next = (more) => setJob((now) => ({ ...now, ...more }));
	const anew = (mapping) => setJob({ step: 'choose', mapping, again: true });
	const read = async (upload, file, sheet) => {
		const found = await get(`uploads/${upload}/columns`, { sheet });

		next({ step: 'match', upload, file, found, sheet: found.sheet ?? '' });
	};
	const step = {
		choose: () => html`<${Choose} again=${job.again} onSent=${read} />`,
		match: () => html`<${Match} job=${job} me=${me} onSheet=${(sheet) => read(job.upload, job.file, sheet).catch((error) => say(error.message, 'bad'))}
			onBack=${() => anew(job.mapping)} onRun=${(options) => next({ step: 'look', options, mapping: options.mapping })} />`,
		look: () => html`<${DryRun} job=${job} me=${me} onMend=${(mends) => next({ mends })} onBack=${() => next({ step: 'match' })} onAnew=${() => anew(job.mapping)}
			onTaken=${(taken) => next({ step: 'done', taken })} />`,
		done: () => html`<${Result} job=${job} onAnew=${() => anew()} />`,
	}[job.step];

	return html`<${Page} title=${w.menu.import} note=${w.imports.lead}>
		<${Steps} at=${job.step} />
		${step()}
		${job.step === 'choose' && html`<div class="halves"><${Templates} /><${Past} query=${query} /></div>`}
	</${Page}>`;
}
