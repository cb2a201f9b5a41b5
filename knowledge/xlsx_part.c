/* xlsx_part.c - libzip → expat, with limits. A part that is larger than it may be, that is packed too well, that declares a
 * document type or breaks off is refused; the reason names the file. */
#include "knowledge/xlsx_internal.h"

#include <string.h>

#define STEP_BYTES 65536

const char *xlsx_local(const char *name)
{
	const char *colon = strrchr(name, ':');

	return colon ? colon + 1 : name;
}

const char *xlsx_attribute(const char **attributes, const char *name)
{
	for (; *attributes; attributes += 2)
		if (strcmp(attributes[0], name) == 0 || strcmp(xlsx_local(attributes[0]), name) == 0)
			return attributes[1];
	return NULL;
}

static int hex4(const char *s)
{
	int value = 0;

	for (int i = 0; i < 4; i++) {
		char c = s[i];
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'A' && c <= 'F' ? c - 'A' + 10
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
						   : -1;

		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

void xlsx_unescape(char *text)
{
	char *to = text;

	for (const char *s = text; *s;) {
		int code = s[0] == '_' && s[1] == 'x' ? hex4(s + 2) : -1;

		if (code > 0 && code < 0x80 && s[6] == '_') {
			*to++ = (char)code;
			s += 7;
		} else {
			*to++ = *s++;
		}
	}
	*to = '\0';
}

void xlsx_part_suspend(struct xlsx_part *p)
{
	p->suspended = true;
	XML_StopParser(p->parser, XML_TRUE);
}

void xlsx_part_refuse(struct xlsx_part *p, const char *trouble)
{
	if (!p->trouble)
		p->trouble = trouble;
	XML_StopParser(p->parser, XML_FALSE);
}

void xlsx_part_nomem(struct xlsx_part *p)
{
	p->err = ERR_NOMEM;
	XML_StopParser(p->parser, XML_FALSE);
}

static void doctype(void *arg, const char *name, const char *system_id, const char *public_id, int internal)
{
	(void)name;
	(void)system_id;
	(void)public_id;
	(void)internal;
	xlsx_part_refuse(arg, "it declares a document type, which no spreadsheet program does");
}

static enum err refused(const struct xlsx *x, const char *reason, struct why *why)
{
	return why_set(why, ERR_FORMAT, "cannot read \"%s\": %s", x->path, reason);
}

static enum err open_file(struct xlsx *x, const char *name, struct xlsx_part *p, struct why *why)
{
	zip_stat_t st;

	if (zip_stat(x->zip, name, 0, &st) != 0)
		return ERR_NOT_FOUND;
	if ((st.valid & ZIP_STAT_ENCRYPTION_METHOD) && st.encryption_method != ZIP_EM_NONE)
		return refused(x, "it is protected by a password; save it without one", why);
	p->packed = st.valid & ZIP_STAT_COMP_SIZE ? st.comp_size : 0;
	p->size = st.valid & ZIP_STAT_SIZE ? st.size : 0;
	p->file = zip_fopen(x->zip, name, 0);
	return p->file ? OK
		       : refused(x, "it is damaged; open it in a spreadsheet program and save it again", why);
}

enum err xlsx_part_open(struct xlsx *x, const char *name, void *arg, XML_StartElementHandler start,
	XML_EndElementHandler end, XML_CharacterDataHandler text, struct xlsx_part *ret_part, struct why *why)
{
	struct xlsx_part *p = ret_part;
	enum err err;

	*p = (struct xlsx_part){.xlsx = x, .name = name, .arg = arg};
	err = open_file(x, name, p, why);
	if (err != OK)
		return err;
	p->parser = XML_ParserCreate(NULL);
	if (!p->parser) {
		xlsx_part_close(p);
		return why_set(why, ERR_NOMEM, "could not read \"%s\": out of memory", x->path);
	}
	XML_SetUserData(p->parser, p);
	XML_SetElementHandler(p->parser, start, end);
	XML_SetCharacterDataHandler(p->parser, text);
	XML_SetStartDoctypeDeclHandler(p->parser, doctype);
	return OK;
}

void xlsx_part_close(struct xlsx_part *p)
{
	if (p->parser)
		XML_ParserFree(p->parser);
	if (p->file)
		zip_fclose(p->file);
	p->parser = NULL;
	p->file = NULL;
}

static enum err check_size(struct xlsx_part *p, zip_int64_t got, struct why *why)
{
	struct xlsx *x = p->xlsx;

	if (got < 0)
		return refused(x, "it is damaged; open it in a spreadsheet program and save it again", why);
	p->unpacked += (uint64_t)got;
	x->unpacked += (uint64_t)got;
	if (x->unpacked > XLSX_UNPACKED_MAX)
		return refused(x, "unpacked it is larger than 512 MB", why);
	if (p->unpacked > XLSX_RATIO_FROM && p->unpacked / XLSX_RATIO_MAX > p->packed)
		return refused(x, "it is packed like a zip bomb", why);
	return OK;
}

static enum err parse_err(struct xlsx_part *p, struct why *why)
{
	if (p->err == ERR_NOMEM || XML_GetErrorCode(p->parser) == XML_ERROR_NO_MEMORY)
		return why_set(why, ERR_NOMEM, "could not read \"%s\": out of memory", p->xlsx->path);
	if (p->trouble)
		return refused(p->xlsx, p->trouble, why);
	return why_set(why, ERR_FORMAT, "cannot read \"%s\": it is damaged (%s, line %lu: %s)", p->xlsx->path,
		p->name, (unsigned long)XML_GetCurrentLineNumber(p->parser),
		XML_ErrorString(XML_GetErrorCode(p->parser)));
}

/* One chunk from the zip into expat. */
static enum err step(struct xlsx_part *p, enum XML_Status *ret_status, bool *ret_last, struct why *why)
{
	void *room = XML_GetBuffer(p->parser, STEP_BYTES);
	zip_int64_t got = room ? zip_fread(p->file, room, STEP_BYTES) : 0;
	enum err err;

	if (!room)
		return why_set(why, ERR_NOMEM, "could not read \"%s\": out of memory", p->xlsx->path);
	err = check_size(p, got, why);
	if (err != OK)
		return err;
	*ret_last = got == 0;
	*ret_status = XML_ParseBuffer(p->parser, (int)got, got == 0);
	return OK;
}

enum err xlsx_part_go(struct xlsx_part *p, bool *ret_end, struct why *why)
{
	enum XML_Status status = XML_STATUS_OK;
	XML_ParsingStatus state;
	bool last = false;
	enum err err;

	*ret_end = false;
	if (p->suspended) {
		p->suspended = false;
		status = XML_ResumeParser(p->parser);
	}
	while (status == XML_STATUS_OK) {
		XML_GetParsingStatus(p->parser, &state);
		if (state.parsing == XML_FINISHED) {
			*ret_end = true;
			return OK;
		}
		err = step(p, &status, &last, why);
		if (err != OK)
			return err;
	}
	return status == XML_STATUS_SUSPENDED ? OK : parse_err(p, why);
}

enum err xlsx_part_read(struct xlsx *x, const char *name, void *arg, XML_StartElementHandler start,
	XML_EndElementHandler end, XML_CharacterDataHandler text, struct why *why)
{
	struct xlsx_part p;
	bool ended = false;
	enum err err = xlsx_part_open(x, name, arg, start, end, text, &p, why);

	if (err != OK)
		return err == ERR_NOT_FOUND ? OK : err;
	while (err == OK && !ended)
		err = xlsx_part_go(&p, &ended, why);
	xlsx_part_close(&p);
	return err;
}
