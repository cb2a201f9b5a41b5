// menu.js - what stands in the menu, for which roles. The daemon decides what is allowed (routes.def); this only hides what
// would be refused.
export const entries = [
	{ page: '' },
	{ page: 'clusters', also: ['cluster'], roles: ['editor', 'reform'] },
	{ page: 'cases', also: ['case'], roles: ['reform'] },
	{ page: 'ratings', roles: ['editor', 'reform'] },
	{ page: 'dashboard', roles: ['reform'] },
	{ page: 'reports', also: ['figure'], roles: ['reform'] },
	{ page: 'records', gap: true, also: ['record', 'edit', 'history'] },
	{ page: 'review', also: ['version'], roles: ['editor', 'approver'] },
	{ page: 'import', roles: ['editor'] },
	{ page: 'quality', roles: ['editor', 'approver', 'reform'] },
	{ page: 'units', also: ['unit'] },
	{ page: 'accounts', roles: ['operator', 'admin'], gap: true },
	{ page: 'delivery', roles: ['operator'] },
	{ page: 'staff', roles: ['admin'] },
	{ page: 'audit', roles: ['admin'] },
	{ page: 'help', gap: true },
];

export const mayUse = (staff, roles) => !roles || roles.some((role) => staff.roles.includes(role));
export const is = (me, role) => me.staff.roles.includes(role);
