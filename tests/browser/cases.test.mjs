#!/usr/bin/env -S node --test-reporter=tap
// Reflections and suggestions: the clock is read without colours, a case is taken, noted on, answered and published with open eyes,
// or refused with a reason; who could not be reached is on a list.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { closeBrowser, confirm, look, newPage, settled, signIn, sizes, skip, toast, visit } from './support/browser.mjs';
import { fake, play } from './support/fake_loop.mjs';
import { openTeam } from './support/team.mjs';

let office;

before(async () => { office = skip ? null : await openTeam(); });
after(async () => {
	await closeBrowser();
	await office?.close();
});

async function enter(hash, answers, size) {
	const page = await newPage(size);

	await play(page, answers);
	await signIn(page, office, 'tam');
	await visit(page, hash);
	return page;
}

for (const [size, viewport] of Object.entries(sizes))
	test(`cases, waits and ratings can be used by everybody (${size})`, { skip }, async () => {
		const page = await enter('#/cases', fake, viewport);

		for (const [name, hash, seen] of [['cases-busy', '#/cases', 'quá hạn 2 ngày'], ['case', '#/case/1', 'Diễn biến'], ['case-answered', '#/case/3', 'Đang đăng công khai'], ['waits-busy', '#/cases?tab=waits', 'A7B3KQ'], ['ratings-busy', '#/ratings', 'Thiếu thông tin']]) {
			await visit(page, hash);
			await page.getByText(seen).first().waitFor();
			await look(page, name, size);
		}
		await page.done();
	});

test('the clock says in words how long there is left, or how late it is', { skip }, async () => {
	const page = await enter('#/cases');

	for (const [what, clock] of [['Đèn đường', '⚠ quá hạn 2 ngày'], ['Hồ sơ xin phép', 'còn 1 ngày'], ['quầy vào sáng thứ Bảy', 'còn 8 ngày']])
		await page.getByRole('row', { name: what }).getByText(clock).waitFor();
	assert.doesNotMatch(await page.getByRole('row', { name: 'Rác để đầy' }).innerText(), /còn|quá hạn/); // answered: no clock runs
	await page.done();
});

test('a case is given to somebody, noted on and answered; nothing goes out unasked', { skip }, async () => {
	const page = await enter('#/case/2', { ...fake, 'cases/2': { ...fake.cases.items[1], steps: [] } });

	await page.getByText('Chưa ai nhận', { exact: true }).waitFor();
	await page.getByRole('button', { name: 'Tôi nhận' }).click();
	await page.getByLabel('Về việc').selectOption({ label: 'Đất đai, xây dựng' });
	await page.getByRole('button', { name: 'Lưu' }).click();
	await toast(page, 'Đã lưu');
	await settled(page);
	await page.getByLabel('Ghi chú nội bộ').fill('Hồ sơ ở phòng kinh tế, hẹn trả thứ Năm.');
	await page.getByRole('button', { name: 'Thêm ghi chú' }).click();
	await toast(page, 'Đã thêm ghi chú');
	await settled(page);
	await page.getByLabel('Câu trả lời').fill('Giấy phép đã có, mời nhận tại quầy 3.');
	await page.getByRole('button', { name: 'Gửi trả lời' }).click();
	await confirm(page, 'Thôi');
	assert.equal(page.sent.length, 2);
	await page.getByRole('button', { name: 'Gửi trả lời' }).click();
	await confirm(page, 'Gửi trả lời');
	await toast(page, 'Đã trả lời');
	assert.deepEqual(page.sent, [['PUT', 'cases/2', { category: 'land', unit: '27286', owner: 'tam', revision: 2 }], ['POST', 'cases/2/notes', { text: 'Hồ sơ ở phòng kinh tế, hẹn trả thứ Năm.' }],
		['POST', 'cases/2/answer', { answer: 'Giấy phép đã có, mời nhận tại quầy 3.', subject: '', publish: false, revision: 2 }]]);
	await page.done();
});

test('an answer for everybody needs a subject, and numbers in it are pointed at', { skip }, async () => {
	const page = await enter('#/case/1');
	const send = page.getByRole('button', { name: 'Gửi trả lời' });

	await page.getByLabel('Câu trả lời').fill('Đã sửa. Hỏi thêm: anh Ba, 0901234567.');
	await page.getByLabel('Đăng lên trang công khai').check();
	await page.getByText('Có dãy số').waitFor();
	assert.equal(await send.isDisabled(), true);
	await page.getByLabel('Tiêu đề trên trang công khai').fill('Đèn đường hẻm 12 đã sáng');
	await page.getByLabel('Câu trả lời').fill('Đã sửa tối thứ Ba.');
	await page.getByText('Ai cũng đọc được.').waitFor();
	await send.click();
	await page.getByRole('alertdialog').getByText('trên trang công khai').waitFor();
	await confirm(page, 'Gửi trả lời');
	await toast(page, 'Đã trả lời');
	assert.deepEqual(page.sent, [['POST', 'cases/1/answer', { answer: 'Đã sửa tối thứ Ba.', subject: 'Đèn đường hẻm 12 đã sáng', publish: true, revision: 2 }]]);
	await page.done();
});

test('a case is refused with a reason for its citizen', { skip }, async () => {
	const page = await enter('#/case/1');

	await page.getByRole('button', { name: 'Không tiếp nhận' }).click();
	await page.getByLabel('Lý do, viết cho người gửi').fill('Việc này thuộc công ty điện lực, xin gọi 1900 9000.');
	await confirm(page, 'Không tiếp nhận');
	await toast(page, 'Đã ghi lý do');
	assert.deepEqual(page.sent, [['POST', 'cases/1/reject', { reason: 'Việc này thuộc công ty điện lực, xin gọi 1900 9000.', revision: 2 }]]);
	await page.done();
});
