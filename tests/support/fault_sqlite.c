#include "tests/support/fault_sqlite.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>

#include <sqlite3.h>

struct file {
	sqlite3_file base;
	sqlite3_file *real; /* behind this struct */
};

static sqlite3_vfs *under, shim;
static _Atomic int kind, left; /* left 0: off; < 0: the time has come */
static _Atomic bool failed;
static _Thread_local unsigned syncs;

static sqlite3_file *real_of(sqlite3_file *file)
{
	return ((struct file *)file)->real;
}

static bool fails_now(bool writes)
{
	int now = atomic_load(&left);

	if (now == 0)
		return false;
	if (now > 0)
		now = atomic_fetch_sub(&left, 1) - 1;
	if (now == 0)
		atomic_store(&left, -1);
	if (now > 0 || (atomic_load(&kind) == FAULT_DISK_FULL && !writes))
		return false;
	if (atomic_load(&kind) == FAULT_ONCE)
		atomic_store(&left, 0);
	atomic_store(&failed, true);
	return true;
}

static int error(int usual)
{
	return atomic_load(&kind) == FAULT_DISK_FULL ? SQLITE_FULL : usual;
}

static int file_close(sqlite3_file *f)
{
	return real_of(f)->pMethods ? real_of(f)->pMethods->xClose(real_of(f)) : SQLITE_OK;
}

static int file_read(sqlite3_file *f, void *to, int len, sqlite3_int64 at)
{
	return fails_now(false) ? SQLITE_IOERR_READ : real_of(f)->pMethods->xRead(real_of(f), to, len, at);
}

static int file_write(sqlite3_file *f, const void *from, int len, sqlite3_int64 at)
{
	return fails_now(true) ? error(SQLITE_IOERR_WRITE)
			       : real_of(f)->pMethods->xWrite(real_of(f), from, len, at);
}

static int file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	return fails_now(false) ? SQLITE_IOERR_TRUNCATE : real_of(f)->pMethods->xTruncate(real_of(f), size);
}

static int file_sync(sqlite3_file *f, int flags)
{
	syncs++;
	return fails_now(true) ? error(SQLITE_IOERR_FSYNC) : real_of(f)->pMethods->xSync(real_of(f), flags);
}

static int file_size(sqlite3_file *f, sqlite3_int64 *size)
{
	return real_of(f)->pMethods->xFileSize(real_of(f), size);
}

static int file_lock(sqlite3_file *f, int level)
{
	return real_of(f)->pMethods->xLock(real_of(f), level);
}

static int file_unlock(sqlite3_file *f, int level)
{
	return real_of(f)->pMethods->xUnlock(real_of(f), level);
}

static int file_check_reserved(sqlite3_file *f, int *out)
{
	return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}

static int file_control(sqlite3_file *f, int op, void *arg)
{
	return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}

static int file_sector(sqlite3_file *f)
{
	return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int file_characteristics(sqlite3_file *f)
{
	return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static int file_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
	return fails_now(true) ? error(SQLITE_IOERR_SHMMAP)
			       : real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, out);
}

static int file_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
	return real_of(f)->pMethods->xShmLock(real_of(f), at, n, flags);
}

static void file_shm_barrier(sqlite3_file *f)
{
	real_of(f)->pMethods->xShmBarrier(real_of(f));
}

static int file_shm_unmap(sqlite3_file *f, int remove)
{
	return real_of(f)->pMethods->xShmUnmap(real_of(f), remove);
}

static const sqlite3_io_methods methods = {2, file_close, file_read, file_write, file_truncate, file_sync,
	file_size, file_lock, file_unlock, file_check_reserved, file_control, file_sector,
	file_characteristics, file_shm_map, file_shm_lock, file_shm_barrier, file_shm_unmap, NULL, NULL};

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
	struct file *f = (struct file *)file;
	int code;

	(void)vfs;
	f->base.pMethods = NULL;
	f->real = (sqlite3_file *)(f + 1);
	if (fails_now(false))
		return SQLITE_CANTOPEN;
	code = under->xOpen(under, name, f->real, flags, out_flags);
	if (f->real->pMethods)
		f->base.pMethods = &methods;
	return code;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	(void)vfs;
	return fails_now(false) ? SQLITE_IOERR_DELETE : under->xDelete(under, name, sync);
}

void fault_sqlite_install(void)
{
	if (under)
		return;
	under = sqlite3_vfs_find(NULL);
	assert(under);
	shim = *under;
	shim.zName = "fault";
	shim.szOsFile = (int)sizeof(struct file) + under->szOsFile;
	shim.pNext = NULL;
	shim.xOpen = vfs_open;
	shim.xDelete = vfs_delete;
	sqlite3_vfs_register(&shim, 1);
}

void fault_sqlite_after(enum fault_sqlite what, unsigned n)
{
	atomic_store(&kind, (int)what);
	atomic_store(&failed, false);
	atomic_store(&left, (int)n);
}

bool fault_sqlite_off(void)
{
	atomic_store(&left, 0);
	return atomic_load(&failed);
}

unsigned fault_sqlite_syncs(void)
{
	unsigned count = syncs;

	syncs = 0;
	return count;
}
