#!/usr/bin/env -S node --test-reporter=tap
// The story the office lives through: on Monday forty people ask for something nobody has written up, each in their own words. The
// curator sees one cluster on top with how many wait, writes the record from it, a colleague approves, those who wait and agreed
// are told once, and on Tuesday whoever asks is answered.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Citizen } from './support/citizen.mjs';
import { until } from './support/office.mjs';
import { closeBrowser, confirm, newPage, settled, signIn, skip, toast, visit } from './support/browser.mjs';
import { openTeam } from './support/team.mjs';

const wordings = [
	'hỗ trợ tiền xe buýt cho học sinh đăng ký ở đâu', 'ho tro tien xe buyt cho hoc sinh', 'con tôi đi học xe buýt có được hỗ trợ tiền không', 'xin hỗ trợ vé xe buýt cho học sinh', 'hs đi xe buýt dc hỗ trợ bao nhiêu tiền',
	'đăng ký hỗ trợ tiền xe buýt học sinh', 'tiền xe buýt cho học sinh', 'học sinh được hỗ trợ tiền đi xe buýt phải không', 'thủ tục hỗ trợ tiền xe buýt cho học sinh', 'ho tro ve xe buyt hoc sinh dang ky the nao',
	'nghe nói có hỗ trợ tiền xe buýt cho học sinh', 'hỗ trợ xe buýt học sinh', 'giấy tờ xin hỗ trợ tiền xe buýt cho học sinh', 'cần giấy tờ gì để được hỗ trợ tiền xe buýt học sinh', 'cháu nhà tôi học cấp 2 xin hỗ trợ tiền xe buýt',
	'lam sao de nhan tien ho tro xe buyt cho hoc sinh', 'hồ sơ hỗ trợ vé xe buýt học sinh', 'hỗ trợ tiền vé xe buýt cho các cháu học sinh', 'bao giờ có tiền hỗ trợ xe buýt học sinh', 'hỗ trợ học sinh đi xe buýt nộp đơn ở đâu',
	'don xin ho tro tien xe buyt hoc sinh', 'muốn nhận hỗ trợ tiền xe buýt cho học sinh thì làm gì', 'học sinh đi xe buýt có hỗ trợ ko', 'chính sách hỗ trợ tiền xe buýt cho học sinh', 'trợ cấp xe buýt cho học sinh',
	'trợ cấp tiền xe buýt học sinh', 'cho hỏi hỗ trợ tiền xe buýt học sinh', 'cho em hỏi hỗ trợ xe buýt cho học sinh với ạ', 'ad ơi hỗ trợ tiền xe buýt học sinh sao ạ', 'học sinh xã mình có được hỗ trợ tiền xe buýt ko',
	'hỗ trợ tiền xe bus cho học sinh', 'xe buýt học sinh được hỗ trợ mấy tháng', 'tiền hỗ trợ xe buýt học sinh nhận ở đâu', 'nhận tiền hỗ trợ xe buýt học sinh', 'đăng kí tiền xe buýt cho học sinh',
	'hỗ trợ vé tháng xe buýt cho học sinh', 'học sinh mua vé tháng xe buýt được hỗ trợ không', 'phụ huynh đăng ký hỗ trợ xe buýt học sinh', 'mức hỗ trợ tiền xe buýt học sinh', 'xin tiền xe buýt cho con đi học',
];
const WAIT = 27, AGREE = 20; // of the forty
const QUESTION = 'Hỗ trợ tiền xe buýt cho học sinh', ANSWER = 'Học sinh đi học bằng xe buýt được hỗ trợ 50.000 đồng mỗi tháng. Phụ huynh nộp đơn tại trường của con.';
const TUESDAY = ['xe buýt đi học của con có được hỗ trợ tiền không ạ', 'nop don ho tro tien xe buyt hoc sinh o dau'];
let office;
let people;
let cluster; // its address

before(async () => { office = skip ? null : await openTeam(); });
after(async () => {
	await closeBrowser();
	await office?.close();
});

// Ten at a time, as telephones are.
async function all(list, doing) {
	for (let i = 0; i < list.length; i += 10)
		await Promise.all(list.slice(i, i + 10).map(doing));
}

test('forty people ask and nobody can answer; twenty-seven wait, twenty of them want to be told', { skip }, async () => {
	people = wordings.map((text, i) => Object.assign(new Citizen(office, `70000000000${String(i).padStart(2, '0')}`), { text, waits: i < WAIT, agrees: i < AGREE }));
	await all(people, async (one) => {
		await one.ask(one.text);
		await (one.waits ? one.wait(one.agrees) : one.ask('không phải ý tôi'));
		one.before = (await one.heard()).length;
	});
	assert.equal(new Set(people.filter((one) => one.waits).map((one) => one.code)).size, WAIT);
});

const heardSince = async (one) => (await one.heard()).slice(one.before);

const rows = (page) => page.getByRole('row').filter({ has: page.locator('[data-row]') });

// Until the daemon has sorted all forty; then what it took for something else is put to the rest.
async function gather(page) {
	const counts = async () => (await rows(page).allInnerTexts()).map((text) => Number(/\t(\d+)\t/.exec(text)?.[1] ?? 0));

	await until(async () => {
		await visit(page, '#/');
		await visit(page, '#/clusters');
		return (await counts()).reduce((all, n) => all + n, 0) >= wordings.length; // who is told "I do not know" and refuses that too, counts twice
	}, 'all questions in clusters', 60_000);
	assert.ok((await counts())[0] > wordings.length / 2, `on top: ${await counts()}`);
	const top = await page.locator('[data-row]').first().innerText();

	while (await rows(page).count() > 1) {
		await page.locator('[data-row]').last().click();
		await page.getByRole('toolbar').getByRole('button', { name: 'Gộp nhóm' }).click();
		await page.getByRole('dialog').getByRole('radio', { name: top }).first().check();
		await page.getByRole('dialog').getByRole('button', { name: 'Gộp', exact: true }).click();
		await page.getByRole('heading', { level: 1, name: top }).waitFor();
		await settled(page);
		await visit(page, '#/clusters');
	}
}

test('the curator sees one cluster on top with how many wait, and writes the record from it', { skip }, async () => {
	const lan = await newPage();

	await signIn(lan, office, 'lan');
	await gather(lan);
	await rows(lan).getByText(`${WAIT} người đang chờ`).waitFor();
	await lan.keyboard.press('j');
	await lan.keyboard.press('Enter');
	await lan.getByText(`${AGREE} người sẽ được nhắn ngay`).waitFor();
	cluster = lan.url().split('/console/')[1];
	await lan.keyboard.press('c');
	await lan.getByRole('button', { name: 'Tạo bản nháp' }).click();
	await lan.getByRole('heading', { level: 1, name: /xe bu[yý]t/ }).waitFor();
	await lan.getByLabel('Câu hỏi').fill(QUESTION);
	await lan.getByLabel('Câu trả lời').fill(ANSWER);
	await lan.getByRole('button', { name: 'Gửi duyệt' }).click();
	await toast(lan, 'Đã gửi duyệt');
	await lan.done();
});

test('a colleague approves; the record answers the cluster, and a crash of the daemon in between changes nothing', { skip }, async () => {
	const minh = await newPage();

	await signIn(minh, office, 'minh');
	await visit(minh, '#/review');
	await minh.getByRole('row').nth(1).getByRole('link').click();
	await settled(minh);
	await minh.getByRole('button', { name: 'Duyệt', exact: true }).click();
	await confirm(minh, 'Duyệt');
	await toast(minh, 'Đã duyệt');
	assert.deepEqual(await Promise.all(people.map(async (one) => (await heardSince(one)).length)), people.map(() => 0)); // nobody is told yet
	await visit(minh, cluster);
	await minh.getByRole('toolbar').getByRole('button', { name: 'Đã có mục trả lời' }).click();
	await minh.getByRole('dialog').getByRole('searchbox').fill('hỗ trợ tiền xe buýt');
	await minh.getByRole('dialog').getByLabel(QUESTION).check();
	await minh.getByRole('dialog').getByText(`${AGREE} người sẽ được nhắn ngay`).waitFor();
	await minh.getByRole('button', { name: 'Mục này trả lời' }).click();
	await toast(minh, 'Người đang chờ sẽ được báo');
	await minh.getByText(/trong \d+ câu nay tìm thấy mục này đầu tiên/).waitFor();
	await office.crash();
	await minh.done();
});

test('who waits and agreed is told once; who did not, comes with the code; whoever asks on Tuesday is answered', { skip }, async () => {
	await until(async () => (await Promise.all(people.filter((one) => one.agrees).map(heardSince))).every((said) => said.length > 0), 'everybody who agreed to be told', 120_000);
	await office.crash(); // once more: nothing is said again
	for (const one of people) {
		const said = await heardSince(one);

		assert.equal(said.length, one.agrees ? 1 : 0, `${one.text}: ${said}`);
		if (one.agrees)
			assert.match(said[0], /50\.000/);
	}
	const [later] = people.filter((one) => one.waits && !one.agrees);

	assert.match(await later.ask(later.code), /50\.000/);
	await all(TUESDAY, async (text, i) => assert.match(await new Citizen(office, `7100000000${i}`).ask(text), /50\.000/, text));
	await all(wordings.slice(WAIT), async (text, i) => assert.match(await new Citizen(office, `720000000${String(i).padStart(2, '0')}`).ask(text), /50\.000|xe buýt cho học sinh/, text));
});
