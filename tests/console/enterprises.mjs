// 企业, 一企一档 and events: what is looked at there, and what is done.

export const PAGES = [];

export const PICTURES = [];

export async function walk() {}
