"""The page, in a real browser."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace

import pytest

from gradcheck.output import Screen, render
from gradcheck.report.finding import Location
from gradcheck.report.kinds import Status
from gradcheck.report.report import Report
from gradcheck.report.verdict import Variable, Verdict

from .samples import CONFIRMED, FULL, PROBE, SCREEN

selenium = pytest.importorskip("selenium.webdriver")
waiting = pytest.importorskip("selenium.webdriver.support.wait")

HOSTILE = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">'\"&\x1b[31m"
BROWSER, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")

pytestmark = pytest.mark.skipif(
    not (BROWSER and DRIVER) and not os.environ.get("CI"), reason="Debian's chromium is not installed"
)


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    options = selenium.ChromeOptions()
    options.binary_location = BROWSER
    profile = tmp_path_factory.mktemp("profile")
    offline = ("--disable-background-networking", "--disable-component-update", "--disable-sync")
    for argument in ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", *offline):
        options.add_argument(argument)
    options.add_argument(f"--user-data-dir={profile}")
    driver = selenium.Chrome(options, selenium.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture
def shown(browser, tmp_path):
    def show(report, screen=SCREEN):
        file = tmp_path / "report.html"
        file.write_text(render("html", report, screen), encoding="utf-8")
        browser.get(file.as_uri())
        # On a busy machine the driver may come back while the page is still read.
        waiting.WebDriverWait(browser, 60).until(_is_read)
        return browser

    return show


def _is_read(browser):
    return browser.execute_script("return document.readyState") == "complete"


def widths(browser):
    script = (
        "return [...document.querySelectorAll('.flow > li:not(.end)')]"
        ".map(e => parseFloat(getComputedStyle(e, '::before').width))"
    )
    return browser.execute_script(script)


def variable(name, status, norm=None):
    return Verdict(Variable(f"net/{name}/kernel", Location("bell.py", 7), (1,), "float32"), status, norm)


def test_the_thicker_an_edge_the_larger_its_gradient(shown):
    verdicts = (
        variable("large", Status.OK, 10.0),
        variable("small", Status.OK, 1e-3),
        variable("tiny", Status.OK, 1e-12),
    )
    large, small, tiny = widths(shown(Report(probes=(replace(PROBE, verdicts=verdicts),))))
    assert (large, tiny) == (14.0, 1.5)
    assert tiny < small < large


def test_a_cut_is_red_at_its_layer_and_leads_to_its_lines(shown):
    browser = shown(FULL)
    (layer,) = browser.find_elements("css selector", ".flow > li.bad a.cut")
    assert layer.text == "\u2702 cut: bell.py:9:46"
    layer.click()
    story = browser.switch_to.active_element
    assert story.get_attribute("id") == "finding-0"
    assert "self.bell = tfp.distributions.Normal(self.mu[0], self.sigma[0])" in story.text
    assert "build() runs once" in story.text


def test_the_keyboard_is_enough(shown):
    browser = shown(FULL)
    keys = selenium.Keys
    first, *_ = browser.find_elements("css selector", "summary")
    first.send_keys(keys.ENTER)
    assert first.find_element("xpath", "..").get_attribute("open") is not None
    first.send_keys(keys.ARROW_UP)
    assert browser.switch_to.active_element == first


def test_nothing_that_is_shown_is_run(shown):
    finding = replace(CONFIRMED, message=HOSTILE, why=HOSTILE, advice=HOSTILE)
    probe = replace(
        PROBE,
        target=HOSTILE,
        reason=HOSTILE,
        notes=(HOSTILE,),
        verdicts=(Verdict(Variable(HOSTILE, Location(HOSTILE, 1), (1,), "float32"), Status.NONE),),
    )
    report = replace(FULL, findings=(finding,), probes=(probe,), notes=(HOSTILE,))
    browser = shown(report, Screen(read=lambda path: [HOSTILE] * 20))
    assert browser.title.startswith("gradcheck: ")
    assert "<script>document.title='owned'</script>" in browser.find_element("tag name", "main").text
    assert browser.find_elements("css selector", "img") == []


def test_it_asks_for_nothing_from_elsewhere(shown):
    browser = shown(FULL)
    loaded = browser.execute_script("return performance.getEntriesByType('resource').length")
    assert loaded == 0


def test_five_hundred_layers_are_no_burden(shown):
    verdicts = tuple(variable(f"block_{number}", Status.OK, 1.0) for number in range(500))
    browser = shown(Report(probes=(replace(PROBE, verdicts=verdicts),)))
    assert len(widths(browser)) == 500
    assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_on_light_and_on_dark(shown, scheme):
    browser = shown(FULL)
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    colours = "const s = getComputedStyle(document.body); return [s.color, s.backgroundColor]"
    ink, paper = (sum(map(int, one[4:-1].split(","))) for one in browser.execute_script(colours))
    assert abs(ink - paper) > 500
    assert (ink < paper) == (scheme == "light")
