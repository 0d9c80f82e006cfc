// Drives Chromium over pages: `node browser.js CHROMIUM FOLDER`. See .ci/browser.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const puppeteer = require("puppeteer-core");

const [chromium, folder] = process.argv.slice(2);
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const WIDTHS = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844, isMobile: true, hasTouch: true } };
const THEMES = ["light", "dark"];
const PAGES = {
  report: "report.html",
  one: "one.html",
  index: "site/index.html",
  rule: "site/rules/data.first-element/index.html",
  rules: "site/rules/index.html",
  chapter: "site/chapters/data/index.html",
};

const problems = [];
const expect = (holds, what) => {
  if (!holds) problems.push(what);
};
const address = (file) => pathToFileURL(path.join(folder, file)).href;

const open = async (browser, file, { viewport = WIDTHS.desktop, theme = "light", scripts = true } = {}) => {
  const page = await browser.newPage();
  await page.setViewport(viewport);
  await page.setJavaScriptEnabled(scripts);
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
  page.on("console", (message) => expect(message.type() !== "error", `${file}: console: ${message.text()}`));
  page.on("pageerror", (error) => problems.push(`${file}: ${error}`));
  page.on("request", (request) => expect(/^(file|data):/.test(request.url()), `${file}: request: ${request.url()}`));
  await page.goto(address(file), { waitUntil: "load" });
  return page;
};

const looks = async (browser) => {
  for (const [name, file] of Object.entries(PAGES)) {
    if (!fs.existsSync(path.join(folder, file))) {
      console.log(`no ${file}, so it is not looked at`);
      continue;
    }
    for (const [width, viewport] of Object.entries(WIDTHS)) {
      for (const theme of THEMES) {
        const page = await open(browser, file, { viewport, theme });
        await page.screenshot({ path: path.join(folder, `${name}-${width}-${theme}.png`) });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(wide <= 0, `${file}, ${width}: ${wide} pixels wider than the screen`);
        // The large report has the same parts as the small one, many times.
        if (name !== "report") {
          await page.evaluate(axe);
          const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
          for (const { id, nodes } of found.violations) {
            problems.push(`${file}, ${width}, ${theme}: axe ${id}: ${nodes.length} times, first ${nodes[0].html.slice(0, 200)}`);
          }
        }
        await page.close();
      }
    }
  }
};

const times = async (browser) => {
  const taken = [];
  for (let at = 0; at < 5; at += 1) {
    const started = performance.now();
    const page = await open(browser, PAGES.report);
    const painted = await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0))),
    );
    taken.push({ painted, all: performance.now() - started });
    await page.close();
  }
  taken.sort((one, other) => one.painted - other.painted);
  const bytes = fs.statSync(path.join(folder, PAGES.report)).size;
  console.log(`report of ${(bytes / 1e6).toFixed(1)} MB: open and painted after ${taken.map(({ painted }) => `${painted.toFixed(0)} ms`).join(", ")}`);
};

const deeds = async (browser) => {
  const page = await open(browser, PAGES.report);
  const shown = () => page.$$eval("#rules-table tbody tr", (rows) => rows.filter((row) => !row.hidden).length);
  const all = await shown();
  await page.type('input[name="words"]', "dlpack");
  const few = await shown();
  expect(few > 0 && few < all, `the filter by words shows ${few} of ${all} rules`);
  await page.$eval('input[name="words"]', (input) => {
    input.value = "";
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await page.select('select[name="standing"]', "failed");
  const failed = await shown();
  expect(failed > 0 && failed < all, `the filter by standing shows ${failed} of ${all} rules`);
  // A link to a rule opens it.
  await page.$eval('.cause a[href^="#rule-"]', (link) => link.click());
  const target = await page.evaluate(() => document.querySelector(":target")?.open);
  expect(target === true, "a link to a rule does not open it");
  // The keyboard: the first stop leads past the header.
  const fresh = await open(browser, PAGES.one);
  await fresh.keyboard.press("Tab");
  expect((await fresh.evaluate(() => document.activeElement.className)) === "skip", "the first stop of Tab is not the skip link");
  await fresh.keyboard.press("Enter");
  expect((await fresh.evaluate(() => location.hash)) === "#page-content", "the skip link leads nowhere");
  // Every anchor of the page is there.
  const dead = await fresh.$$eval('a[href^="#"]', (links) =>
    links.map((link) => link.getAttribute("href")).filter((href) => !document.getElementById(decodeURIComponent(href.slice(1)))),
  );
  expect(dead.length === 0, `dead links: ${[...new Set(dead)].slice(0, 5)}`);
  // Without scripts all is there, and nothing is folded away that has no summary.
  const plain = await open(browser, PAGES.one, { scripts: false });
  const text = await plain.$eval("main", (main) => main.innerText);
  expect(text.includes("counterexample") && text.includes("data.first-element"), "without scripts the page is empty");
};

(async () => {
  const browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox", "--allow-file-access-from-files"] });
  try {
    await looks(browser);
    await deeds(browser);
    await times(browser);
  } finally {
    await browser.close();
  }
  problems.forEach((problem) => console.error(problem));
  console.log(`${problems.length} problems; screenshots are in ${path.relative(process.cwd(), folder)}`);
  process.exit(problems.length === 0 ? 0 : 1);
})();
