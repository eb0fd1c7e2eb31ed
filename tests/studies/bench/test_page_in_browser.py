import json
import shutil
import threading

import pytest
from page_sources import GROWN, IMAGE, SCRIPT, hostile_source, small_source

from evograft.studies.bench.view.export import export_page
from evograft.studies.bench.view.growth_events import played_growth
from evograft.studies.bench.view.server import PageServer
from evograft.studies.bench.view.source import ArraySource

pytest.importorskip("selenium", reason="the page is tested through selenium (extra 'test')")
if not shutil.which("chromium") or not shutil.which("chromedriver"):
    pytest.skip("the page is tested in chromium with chromedriver", allow_module_level=True)

from bench_view import browser
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

EVENT = "arguments[0].dispatchEvent(new Event(arguments[1], {bubbles: true}))"


class Page:
    """The page in the browser."""

    def __init__(self, driver):
        self.driver = driver

    def open(self, address):
        self.driver.get("about:blank")
        for kind in ("browser", "performance"):
            self.driver.get_log(kind)  # what was before is forgotten
        self.address = address
        self.driver.get(address)
        self.until(lambda: self.run("return document.documentElement.dataset.ready"))
        return self

    def run(self, code, *arguments):
        return self.driver.execute_script(code, *arguments)

    def find(self, css):
        return self.driver.find_element(By.CSS_SELECTOR, css)

    def text(self, css):
        return self.find(css).text

    def until(self, condition):
        return WebDriverWait(self.driver, 10, poll_frequency=0.02).until(lambda _: condition())

    def says(self, css, words):
        """Wait until the element has the words."""
        try:
            self.until(lambda: words in self.text(css).replace("\u202f", " "))
        except Exception:
            pytest.fail(f"{css} says {self.text(css)!r}, not {words!r}")

    def choose(self, css, name):
        self.run(
            "const [s, name] = arguments;"
            "s.value = [...s.options].find((option) => option.text === name).value;",
            self.find(css), name,
        )  # fmt: skip
        self.run(EVENT, self.find(css), "change")

    def add_filter(self, name):
        self.choose("#new-filter", name)
        self.find("#add-filter").click()

    def enter(self, css, value, event="change"):
        self.run("arguments[0].value = arguments[1]", self.find(css), value)
        self.run(EVENT, self.find(css), event)

    def frame(self):
        """Where the axes are in the plot, in pixels, and their ranges."""
        return json.loads(self.find("#plot").get_attribute("data-frame"))

    def place(self, x, y):
        """Where the values x and y are, from the middle of the plot."""
        plot, f = self.find("#plot"), self.frame()
        right = f["left"] + f["width"] * (x - f["x"][0]) / (f["x"][1] - f["x"][0])
        down = f["top"] + f["height"] * (1 - (y - f["y"][0]) / (f["y"][1] - f["y"][0]))
        return round(right - plot.rect["width"] / 2), round(down - plot.rect["height"] / 2)

    def press(self, *keys):
        ActionChains(self.driver).send_keys(*keys).perform()

    def drag(self, start, end):
        (x0, y0), (x1, y1) = self.place(*start), self.place(*end)
        chain = ActionChains(self.driver, duration=20)
        chain.move_to_element_with_offset(self.find("#plot"), x0, y0).click_and_hold()
        chain.move_by_offset(x1 - x0, y1 - y0).release().perform()

    def click(self, x, y):
        chain = ActionChains(self.driver, duration=20)
        chain.move_to_element_with_offset(self.find("#plot"), *self.place(x, y)).click().perform()

    def complaints(self):
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def asked_for(self):
        """The addresses of all requests since the page was opened, but for that of no icon."""
        messages = [
            json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")
        ]
        return {
            message["params"]["request"]["url"]
            for message in messages
            if message["method"] == "Network.requestWillBeSent"
        } - {"data:,"}


@pytest.fixture(scope="module")
def driver():
    chromium = browser()
    yield chromium
    chromium.quit()


@pytest.fixture(scope="module")
def server():
    with PageServer(small_source()) as running:
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture
def page(driver, server):
    return Page(driver).open(server.address)


def test_the_page_opens_without_complaint_and_asks_nobody_else(page, server):
    page.says("#counts", "60 entries")
    page.says("#statistics", "half_missing")
    assert page.text("#title") == "small"
    assert page.complaints() == []
    assert page.asked_for() == {server.address, f"{server.address}columns"}


def test_axes_change_and_entries_without_a_value_are_counted(page):
    page.choose("#axis-y", "half_missing")
    page.says("#counts", "60 entries · 30 not drawn, without a value on an axis")
    assert page.frame()["y"] == pytest.approx([-1.74, 59.74])  # 0 to 58, and 3 % of that
    page.choose("#axis-colour", "up")
    page.says("#legend", "up")
    page.says("#axis-notes", "up: the square")


def test_a_rectangle_selects_and_its_statistics_are_right(page):
    page.drag((9.5, 50), (20.5, 1000))
    page.says("#counts", "11 selected")
    page.says("#chosen-what", "of the 11 selected entries")
    page.says("#statistics", "across 15 3.3166 10 15 20 0")  # 10, 11, …, 20
    page.says("#statistics", "half_missing 15 3.7417 10 15 20 5")
    page.find("#tab-rows").click()
    rows = [row.text for row in page.driver.find_elements(By.CSS_SELECTOR, "#rows tbody th")]
    assert rows == [str(number) for number in range(90, 101)]
    page.find("#zoom").click()
    page.until(lambda: page.frame()["x"] == pytest.approx([9.5, 20.5], abs=0.1))
    page.find("#whole").click()
    page.until(lambda: page.frame()["x"] == pytest.approx([-1.77, 60.77]))
    page.find("#clear-selection").click()
    page.says("#chosen-what", "of 60 entries: nothing is selected")


def test_filters_leave_out_what_is_outside_of_all_of_them(page):
    page.add_filter("across")
    low, high = (f"[data-field=across] .row input:{end}-of-type" for end in ("first", "last"))
    page.enter(low, "10")
    page.says("#counts", "60 entries · 50 pass the filters")
    page.enter(high, "19.5")
    page.says("#counts", "10 pass the filters")
    page.add_filter("half_missing")
    page.says("#counts", "5 pass the filters")
    page.says("[data-field=half_missing]", "30 entries have no value here, and are left out.")
    page.drag((-1, -90), (60, 3500))
    page.says("#counts", "5 selected")
    page.enter("[data-field=across] .range input", "0", event="input")  # the slider
    page.says("#counts", "10 pass the filters · 5 selected")
    page.find("[data-field=half_missing] button").click()
    page.says("#counts", "20 pass the filters")
    page.find("#clear-filters").click()
    page.says("#counts", "60 entries · 5 selected")


def test_a_click_opens_the_entry_with_genome_metrics_and_network(page):
    page.click(9, 81)
    page.until(lambda: page.find("#entry").get_attribute("data-ready") == str(GROWN))
    assert page.text("#entry h2") == f"Entry {GROWN}"
    genome = small_source().genome(GROWN)
    page.says("#entry", f"division_threshold {genome['division_threshold']:.6g}")
    page.says("#entry", "up 81\n16 %")  # 9 of 60 below it, and itself by half
    heat = [table.text for table in page.driver.find_elements(By.CSS_SELECTOR, "#entry .heat")]
    assert len(heat) == 2 + genome["num_morphogens"]
    assert f"{genome['inhibition_matrix'][0][1]:.3f}" in heat[1]
    growth = played_growth(small_source().genome(GROWN))
    neurons = sum(step >= 0 for step in growth["cells"]["differentiated"])
    page.says(".status", f"Step 60 of 60: {len(growth['cells']['x']) - neurons} progenitors")
    page.says(".status", f"{neurons} neurons")
    page.says(".status", f"{len(growth['edges']['made'])} connections")


def test_growth_is_stepped_and_played_by_keyboard(page):
    page.find("#tab-rows").click()
    page.until(lambda: page.driver.find_elements(By.CSS_SELECTOR, "#rows button"))
    page.run("document.querySelectorAll('#rows button')[9].click()")
    page.until(lambda: page.find("#entry").get_attribute("data-ready") == str(GROWN))
    growth = played_growth(small_source().genome(GROWN))

    def counts(step):
        cells = growth["cells"]
        neurons = sum(0 <= since <= step for since in cells["differentiated"])
        progenitors = sum(born <= step for born in cells["born"]) - neurons
        made = sum(since <= step for since in growth["edges"]["made"])
        return progenitors, neurons, made

    def expect(step):
        progenitors, neurons, made = counts(step)
        many = "" if progenitors == 1 else "s"
        page.says(".status", f"Step {step} of 60: {progenitors} progenitor{many}, {neurons} neuron")
        page.says(".status", f"{made} connection")

    slider = page.find(".growth input[type=range]")
    slider.send_keys(Keys.HOME)
    expect(0)
    slider.send_keys(Keys.ARROW_RIGHT * 3)
    expect(3)
    page.find("[aria-label='One step on']").send_keys(Keys.ENTER)
    expect(4)
    page.find("[aria-label='One step back']").send_keys(Keys.ENTER)
    expect(3)
    for step in (15, 20, 30, 45):
        page.enter(".growth input[type=range]", step, event="input")
        expect(step)
    page.choose(".growth select", "fast")
    page.find(".play").send_keys(Keys.ENTER)
    assert page.text(".play") == "Pause"
    expect(60)
    page.until(lambda: page.text(".play") == "Play")


def test_the_plot_is_walked_by_keyboard(page):
    page.run("document.getElementById('plot').focus()")
    page.press(Keys.ARROW_LEFT)  # the one nearest to the middle
    page.until(lambda: page.text("#pointed").startswith("Entry "))
    for _ in range(20):
        chain = ActionChains(page.driver).key_down(Keys.SHIFT).send_keys(Keys.ARROW_LEFT)
        chain.key_up(Keys.SHIFT).perform()
    first = page.text("#pointed")
    assert first.startswith("Entry 8")
    page.press(*[Keys.ARROW_LEFT] * 9)
    page.says("#pointed", "Entry 80 · across 0 · up 0")
    page.press(Keys.SPACE, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.SPACE)
    page.says("#counts", "3 selected")
    page.press(Keys.ENTER)
    page.says("#entry h2", "Entry 82")
    assert page.run("return document.activeElement.textContent") == "Entry 82"
    page.press(Keys.ESCAPE)
    assert not page.find("#entry").is_displayed()
    assert page.run("return document.activeElement.id") == "plot"
    page.press(Keys.ESCAPE)
    page.says("#chosen-what", "of 60 entries: nothing is selected")


def test_a_filter_is_added_set_and_removed_by_keyboard(page):
    page.run("document.getElementById('new-filter').focus()")
    page.press(Keys.ARROW_DOWN, Keys.ARROW_UP)  # through the list, which adds nothing
    assert page.driver.find_elements(By.CSS_SELECTOR, "#filters li") == []
    page.press(Keys.TAB, Keys.ENTER, *[Keys.ARROW_RIGHT] * 20)  # 2 % of 0 to 59: at least 1.18
    page.says("#counts", "60 entries · 58 pass the filters")
    page.press(Keys.TAB, Keys.ARROW_LEFT, Keys.HOME)
    page.says("#counts", "60 entries · 1 pass the filters")
    page.find("#filters button").send_keys(Keys.ENTER)
    page.says("#counts", "60 entries")
    assert page.run("return document.activeElement.id") == "new-filter"


def test_what_was_selected_and_is_filtered_out_is_said_to_be_so(page):
    page.drag((9.5, 50), (20.5, 1000))
    page.says("#chosen-what", "of the 11 selected entries")
    page.add_filter("across")
    page.enter("[data-field=across] .row input", "30")
    page.says("#chosen-what", "of 30 entries: what is selected is filtered out")


def test_an_entry_that_is_closed_gives_the_focus_back(page):
    page.find("#tab-rows").send_keys(Keys.ENTER)
    page.until(lambda: page.driver.find_elements(By.CSS_SELECTOR, "#rows button"))
    page.driver.find_elements(By.CSS_SELECTOR, "#rows button")[2].send_keys(Keys.ENTER)
    page.says("#entry h2", "Entry 82")
    page.find(".growth input[type=range]").send_keys(Keys.ESCAPE)
    assert page.run("return document.activeElement.textContent") == "82"
    assert not page.find("#entry").is_displayed()


def test_everything_that_can_be_used_is_reached_by_tab_and_named(page):
    unnamed = page.run(
        "return [...document.querySelectorAll('button, select, input, [tabindex=\"0\"]')].filter("
        "(e) => !(e.getAttribute('aria-label') || e.getAttribute('aria-labelledby')"
        " || e.labels?.length || e.textContent.trim())).map((e) => e.outerHTML)"
    )
    assert unnamed == []
    page.run("document.activeElement.blur(); window.focus()")
    reached = []
    for _ in range(12):
        page.press(Keys.TAB)
        reached.append(page.run("return document.activeElement.id"))
    order = [
        "axis-x",
        "axis-y",
        "axis-colour",
        "new-filter",
        "add-filter",
        "clear-filters",
        "plot",
        "tab-statistics",
    ]
    places = [reached.index(name) for name in order]
    assert places == sorted(places)


def test_a_narrow_window_has_no_sideways_scrolling(page):
    size = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        page.add_filter("across")
        assert page.run("return document.documentElement.scrollWidth") <= 390
        assert page.find("#plot").rect["height"] > 300
        page.run("document.getElementById('help').open = true")
        page.run("document.getElementById('tab-rows').click()")
        page.until(lambda: page.driver.find_elements(By.CSS_SELECTOR, "#rows button"))
        page.run("document.querySelector('#rows button').click()")
        for css in ("#help > div", "#entry"):
            box = page.find(css).rect
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390
    finally:
        page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.parametrize("way", ["served", "file"])
def test_hostile_texts_are_shown_and_never_run(driver, tmp_path, way):
    source = hostile_source()
    if way == "file":
        address = export_page(source, tmp_path / "page.html").as_uri()
        page = Page(driver).open(address)
        check_hostile(page)
    else:
        with PageServer(source) as server:
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            page = Page(driver).open(server.address)
            check_hostile(page)
            server.shutdown()


def check_hostile(page):
    assert page.text("#title") == SCRIPT
    page.says("#counts", "4 entries · 3 not drawn")  # nan, inf and what is too large
    page.find("#about summary").click()
    page.says("#about-body", SCRIPT)
    page.says("#about-body", "an integer of 16610 bits")
    page.says("#about-body", "nested too deeply to be shown")
    page.find("#about summary").click()
    page.find("#tab-rows").click()
    page.says("#rows", f"b{IMAGE}")
    page.says("#rows", "9007199254740992")
    page.run("document.querySelectorAll('#rows button')[0].click()")
    page.until(lambda: page.find("#entry").get_attribute("data-ready") == "1")
    page.says("#entry", "100000000000000000000")
    page.says("#entry", IMAGE)
    page.says("#entry .slot", "data must have all fields of a genome")
    assert page.run("return window.hacked === undefined && document.images.length === 0")
    assert page.complaints() == []


def test_a_file_needs_no_server(driver, tmp_path):
    file = export_page(small_source(), tmp_path / "page.html", growths=20)  # 81, 84, … 138
    page = Page(driver).open(file.as_uri())
    page.says("#counts", "60 entries")
    page.click(10, 100)
    page.until(lambda: page.find("#entry").get_attribute("data-ready") == "90")
    page.says(".status", "Step 60 of 60")
    page.says("#entry", "division_threshold")
    page.click(9, 81)
    page.until(lambda: page.find("#entry").get_attribute("data-ready") == str(GROWN))
    page.says(
        "#entry", "The growth of this entry is not in this file, which has those of 20 entries"
    )
    page.says("#entry", "division_threshold")
    assert page.complaints() == []
    assert page.asked_for() == {file.as_uri()}


def test_a_benchmark_without_entries_says_so(driver, tmp_path):
    source = ArraySource("none", small_source().numbers[:0], {}, dict)
    page = Page(driver).open(export_page(source, tmp_path / "page.html").as_uri())
    page.says("#failure", "This benchmark has no entries with numbers to show.")
