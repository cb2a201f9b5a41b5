#!/usr/bin/env -S node --test-reporter=tap
// The pages' words: every one that is used is there, and none of the pages says anything of its own.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import test from 'node:test';
import { root } from './support/office.mjs';

const web = `${root}/daemon/console/web`;

async function sources() {
	const names = [...await readdir(web), ...(await readdir(`${web}/pages`)).map((name) => `pages/${name}`)].filter((name) => name.endsWith('.js') && name !== 'words.vi.js');

	return Promise.all(names.map(async (name) => [name, await readFile(`${web}/${name}`, 'utf8')]));
}

async function words() {
	const text = await readFile(`${web}/words.vi.js`, 'utf8');

	return (await import(`data:text/javascript,${encodeURIComponent(text)}`)).w;
}

test('every word that a page uses is in words.vi.js', async () => {
	const w = await words();
	const lacking = [];

	for (const [name, text] of await sources())
		for (const [used, steps] of text.matchAll(/\bw((?:\.[a-z_]+)+)/g)) {
			let at = w;

			for (const step of steps.slice(1).split('.'))
				at = at !== null && typeof at === 'object' && !Array.isArray(at) ? at[step] : at;
			if (at === undefined)
				lacking.push(`${name}: ${used}`);
		}
	assert.deepEqual(lacking, []);
});

test('no page holds Vietnamese words of its own', async () => {
	const marks = /[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]/i;
	const found = [];

	for (const [name, text] of await sources())
		text.split('\n').forEach((line, i) => {
			const code = line.replace(/\/\/.*$/, '').replace(/'(?:trực tiếp|trực tuyến|bưu chính|bộ|tỉnh|xã|cơ quan khác)'/g, '').replace(/replace\(\/đ\/gi/, '');

			if (marks.test(code))
				found.push(`${name}:${i + 1}: ${line.trim()}`);
		});
	assert.deepEqual(found, []);
});

test('no page runs or styles anything that a strict policy forbids', async () => {
	const all = [...await sources(), ['index.html', await readFile(`${web}/index.html`, 'utf8')]];
	const found = all.filter(([, text]) => /innerHTML|insertAdjacentHTML|document\.write|dangerouslySetInnerHTML|\beval\(|new Function|style=|<style|javascript:/.test(text)).map(([name]) => name);

	assert.deepEqual(found, []);
});
