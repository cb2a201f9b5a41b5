// sheet.mjs - a small XLSX as Excel would save it: rows of texts and numbers on one sheet. Stored, not packed.
const table = Uint32Array.from({ length: 256 }, (_, n) => {
	for (let k = 0; k < 8; k++)
		n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
	return n >>> 0;
});
const crc32 = (bytes) => (bytes.reduce((crc, byte) => table[(crc ^ byte) & 255] ^ (crc >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;

function numbers(...sized) { // [value, octets], little end first
	return Buffer.concat(sized.map(([value, octets]) => {
		const out = Buffer.alloc(octets);

		out.writeUIntLE(value, 0, octets);
		return out;
	}));
}

function zip(files) {
	const bodies = [];
	const directory = [];
	let at = 0;

	for (const [name, text] of Object.entries(files)) {
		const bytes = Buffer.from(text);
		const common = numbers([20, 2], [0, 2], [0, 2], [0, 2], [0x5a21, 2], [crc32(bytes), 4], [bytes.length, 4], [bytes.length, 4], [name.length, 2], [0, 2]);
		const local = Buffer.concat([numbers([0x04034b50, 4]), common, Buffer.from(name), bytes]);

		bodies.push(local);
		directory.push(Buffer.concat([numbers([0x02014b50, 4], [20, 2]), common, numbers([0, 2], [0, 2], [0, 2], [0, 4], [at, 4]), Buffer.from(name)]));
		at += local.length;
	}
	const list = Buffer.concat(directory);
	const count = directory.length;

	return Buffer.concat([...bodies, list, numbers([0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [list.length, 4], [at, 4], [0, 2])]);
}

const escaped = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const cell = (value, at) => (typeof value === 'number' ? `<c r="${at}"><v>${value}</v></c>` : `<c r="${at}" t="inlineStr"><is><t xml:space="preserve">${escaped(value)}</t></is></c>`);
const letter = (column) => String.fromCharCode(65 + column);
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const OFFICE = 'http://schemas.openxmlformats.org';

// rows: arrays of texts and numbers, at most 26 wide → the file's octets
export function xlsx(rows, name = 'Danh mục') {
	const data = rows.map((row, r) => `<row r="${r + 1}">${row.map((value, c) => (value === '' ? '' : cell(value, `${letter(c)}${r + 1}`))).join('')}</row>`).join('');

	return zip({
		'[Content_Types].xml': `${XML}<Types xmlns="${OFFICE}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
		'_rels/.rels': `${XML}<Relationships xmlns="${OFFICE}/package/2006/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		'xl/workbook.xml': `${XML}<workbook xmlns="${OFFICE}/spreadsheetml/2006/main" xmlns:r="${OFFICE}/officeDocument/2006/relationships"><sheets><sheet name="${escaped(name)}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		'xl/_rels/workbook.xml.rels': `${XML}<Relationships xmlns="${OFFICE}/package/2006/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		'xl/worksheets/sheet1.xml': `${XML}<worksheet xmlns="${OFFICE}/spreadsheetml/2006/main"><sheetData>${data}</sheetData></worksheet>`,
	});
}
