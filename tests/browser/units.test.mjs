#!/usr/bin/env -S node --test-reporter=tap
// A province says one thing otherwise than the nation: only that is its own, everything else goes on following.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { closeBrowser, confirm, newPage, signIn, skip, toast, visit } from './support/browser.mjs';
import { CODE, change, openTeam } from './support/team.mjs';

const PROVINCE = '91'; // Tỉnh An Giang
let office;

before(async () => {
	if (skip)
		return;
	office = await openTeam();
	await change(office, 'tinh', await office.hire('tinh', 'Chị Tỉnh', 'editor,approver', PROVINCE));
	await office.publish({ id: 'office:thu-nghiem', kind: 'office', unit: PROVINCE, name: 'Trung tâm phục vụ thử nghiệm', address: 'Số 1', phone: ['1900 1000'], hours: 'Thứ Hai - Thứ Sáu: 7:00-11:00, 13:00-17:00' });
});
after(async () => {
	await closeBrowser();
	await office?.close();
});

test('a province has a fee of its own, the rest stays the nation\'s and says so', { skip }, async () => {
	const page = await newPage();
	const minh = await newPage();

	await signIn(page, office, 'tinh');
	await signIn(minh, office, 'minh');
	await visit(page, `#/record/${CODE}`);
	await page.getByRole('link', { name: 'Đặt riêng cho Tỉnh An Giang' }).click();
	await page.getByText('chỉ ô nào bạn sửa khác').waitFor();
	await page.getByLabel('Kết quả').fill('Thẻ thư viện của tỉnh');
	await page.getByRole('button', { name: 'Gửi duyệt' }).click();
	await toast(page, 'Đã gửi duyệt');
	await visit(minh, '#/review');
	await minh.getByRole('row').nth(1).getByRole('link').click();
	await minh.locator('ins', { hasText: 'của tỉnh' }).first().waitFor();
	await minh.getByRole('button', { name: 'Duyệt', exact: true }).click();
	await confirm(minh, 'Duyệt');
	await toast(minh, 'Đã duyệt');
	await visit(minh, `#/record/${CODE}?unit=${PROVINCE}`);
	await minh.getByText('Thẻ thư viện của tỉnh').first().waitFor();
	assert.ok(await minh.getByText('theo Cả nước').count() > 3); // where each of the others comes from
	await minh.getByRole('link', { name: 'Xem bản chung' }).click();
	await minh.getByText('Thẻ thư viện thiếu nhi').first().waitFor();
	await minh.getByRole('heading', { name: 'Nơi có nội dung riêng' }).waitFor();
	await visit(minh, `#/unit/${PROVINCE}`);
	await minh.getByRole('link', { name: 'Làm thẻ thư viện cho bé' }).waitFor();
	await page.done();
	await minh.done();
});

test('somebody of a province changes what is the province\'s, and reads the rest', { skip }, async () => {
	const page = await newPage();
	const lan = await newPage();

	await signIn(lan, office, 'lan');
	await visit(lan, `#/edit?record=${CODE}`);
	await lan.getByLabel('Kết quả').fill('Thẻ thư viện cả nước');
	await lan.getByRole('button', { name: 'Gửi duyệt' }).click();
	await toast(lan, 'Đã gửi duyệt');
	const { hash } = new URL(lan.url());

	await signIn(page, office, 'tinh');
	await visit(page, `#/record/${CODE}`);
	await page.getByRole('link', { name: 'Lịch sử' }).waitFor();
	assert.equal(await page.getByRole('link', { name: 'Sửa', exact: true }).count(), 0);
	assert.equal(await page.getByRole('button', { name: 'Lưu tên và cách hỏi' }).count(), 0);
	await visit(page, hash);
	await page.getByText('Bản này của đơn vị khác').waitFor();
	assert.equal(await page.getByRole('button', { name: 'Duyệt', exact: true }).count(), 0);
	await visit(page, `#/edit?record=${CODE}`); // by an old link
	await page.getByLabel('Kết quả').fill('Thẻ của ai');
	await page.getByRole('button', { name: 'Lưu nháp' }).click();
	await toast(page, 'không thuộc đơn vị của bạn');
	await page.getByLabel('Kết quả').fill('Thẻ thư viện cả nước');
	await page.getByRole('link', { name: 'Kho kiến thức' }).first().click();
	await confirm(page, 'Rời, bỏ thay đổi');
	await page.getByText('Tạo mới').click();
	await page.getByRole('link', { name: 'Hướng dẫn', exact: true }).click();
	await page.getByLabel('Tên chính thức').fill('Hướng dẫn thử của tỉnh');
	await page.getByLabel('Nội dung').fill('Bước 1: Hỏi tỉnh.');
	await page.getByRole('button', { name: 'Lưu nháp' }).click();
	await toast(page, 'Đã lưu bản nháp');
	await visit(page, '#/records?state=draft');
	await page.getByText('Hướng dẫn thử của tỉnh').first().waitFor();
	await page.done();
	await lan.done();
});

test('units are found by name, with their offices and whether these are open', { skip }, async () => {
	const page = await newPage();

	await signIn(page, office, 'lan');
	await visit(page, '#/units');
	await page.getByLabel('Tìm', { exact: true }).fill('an giang');
	await page.getByRole('link', { name: 'Tỉnh An Giang' }).click();
	await page.getByText('Trung tâm phục vụ thử nghiệm').waitFor();
	await page.getByText(/đang mở|đang đóng|Đang mở|Đang đóng|mở lại/).first().waitFor();
	await page.getByText('Kiên Giang').waitFor(); // a name of before
	await page.done();
});
