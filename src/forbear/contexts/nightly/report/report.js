// What the report does in the browser: choose the language, fold the contents, draw the charts.
// Without this script everything stays readable: both languages, and every figure as a table.
(function () {
  "use strict";
  var root = document.documentElement;
  var figures = JSON.parse(document.getElementById("figures").textContent);
  var drawn = {};

  // ---- language and place: the hash reads "#zh" or "#zh.bucket" -------------------------------

  function readHash() {
    var parts = /^#(?:(en|zh)(?:\.|$))?(.*)$/.exec(location.hash) || [];
    return { lang: parts[1], place: parts[2] || "" };
  }

  function language() {
    return root.dataset.lang;
  }

  function setLanguage(lang) {
    root.dataset.lang = lang;
    root.lang = lang === "zh" ? "zh-Hans" : "en";
    document.title = figures.title[lang];
    document.querySelectorAll("[data-lang-choice]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.langChoice === lang));
    });
    Object.keys(drawn).forEach(draw);
  }

  function address(lang, place) {
    return "#" + lang + (place ? "." + place : "");
  }

  document.querySelectorAll("[data-lang-choice]").forEach(function (button) {
    button.addEventListener("click", function () {
      var lang = button.dataset.langChoice;
      history.replaceState(null, "", address(lang, readHash().place));
      setLanguage(lang);
    });
  });

  document.querySelectorAll('a[href^="#"]').forEach(function (link) {
    var place = link.getAttribute("href").slice(1);
    link.addEventListener("click", function (event) {
      event.preventDefault();
      history.pushState(null, "", address(language(), place));
      goTo(place);
      if (narrow.matches) contents.open = false;
    });
  });

  function goTo(place) {
    var target = place && document.getElementById(place);
    if (!target) return;
    target.setAttribute("tabindex", "-1");
    target.focus({ preventScroll: true });
    target.scrollIntoView();
  }

  window.addEventListener("hashchange", function () {
    var hash = readHash();
    if (hash.lang) setLanguage(hash.lang);
    goTo(hash.place);
  });

  // ---- contents: open beside the page, folded above it -----------------------------------------

  var contents = document.getElementById("contents");
  var narrow = window.matchMedia("(max-width: 67.99rem)");

  function foldContents() {
    contents.open = !narrow.matches;
  }

  narrow.addEventListener("change", foldContents);
  foldContents();

  // ---- the section being read is marked in the contents ----------------------------------------

  var seen = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (!entry.isIntersecting) return;
      document.querySelectorAll("nav a").forEach(function (link) {
        if (link.getAttribute("href") === "#" + entry.target.id) {
          link.setAttribute("aria-current", "true");
        } else {
          link.removeAttribute("aria-current");
        }
      });
    });
  }, { rootMargin: "-20% 0px -70% 0px" });
  document.querySelectorAll("main > section").forEach(function (section) { seen.observe(section); });

  // ---- numbers --------------------------------------------------------------------------------

  function short(value, units) {
    for (var i = 0; i < units.length; i += 1) {
      var scaled = value / units[i][0];
      if (Math.abs(scaled) >= 1) {
        return trim(scaled) + units[i][1];
      }
    }
    return trim(value);
  }

  function trim(value) {
    var size = Math.abs(value);
    return Number(value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2)).toLocaleString("en-US");
  }

  function format(value, unit) {
    if (value === null || value === undefined) return "–";
    if (unit === "percent") return trim(value / 10000) + "%";
    var amount = unit === "money" ? value / 100 : value;
    return language() === "zh"
      ? short(amount, [[1e8, "亿"], [1e4, "万"]])
      : short(amount, [[1e9, " bn"], [1e6, " m"], [1e3, " k"]]);
  }

  // ---- charts ---------------------------------------------------------------------------------

  function colour(name) {
    return getComputedStyle(root).getPropertyValue(name).trim();
  }

  function palette(kind) {
    return colour(kind === "lines" ? "--sequence" : "--kinds").split(/\s+/);
  }

  function escape(text) {
    var box = document.createElement("span");
    box.textContent = text;
    return box.innerHTML;
  }

  function view(key) {
    var index = 0;
    document.querySelectorAll('input[data-view="' + key + '"]:checked').forEach(function (chosen) {
      index = index * Number(chosen.closest("fieldset").dataset.values) + Number(chosen.value);
    });
    return figures.charts[key].views[index];
  }

  function axis(extra) {
    return Object.assign({
      axisLine: { lineStyle: { color: colour("--line") } },
      axisTick: { show: false },
      axisLabel: { color: colour("--soft"), fontSize: 12 },
      splitLine: { lineStyle: { color: colour("--line") } },
    }, extra);
  }

  function tooltip(shown, lang) {
    return {
      trigger: "axis",
      confine: true,
      transitionDuration: 0,
      axisPointer: { type: shown.line ? "line" : "shadow", shadowStyle: { color: colour("--hover") } },
      backgroundColor: colour("--card"),
      borderColor: colour("--line"),
      textStyle: { color: colour("--ink"), fontSize: 13 },
      formatter: function (points) {
        var rows = points.filter(function (p) { return p.value !== null && p.value !== undefined && p.value !== "-"; });
        return "<b>" + escape(shown.view.categories[points[0].dataIndex][lang]) +
          (shown.view.axis ? " " + escape(shown.view.axis[lang]) : "") + "</b>" +
          rows.map(function (p) {
            return "<br>" + p.marker + escape(p.seriesName) + "&ensp;<b>" +
              escape(format(p.value, shown.view.unit)) + "</b>";
          }).join("");
      },
    };
  }

  function option(key) {
    var lang = language();
    var kind = figures.charts[key].kind;
    var shown = { view: view(key), line: kind === "lines" };
    var small = document.getElementById("plot-" + key).clientWidth < 480;
    var series = shown.view.series.map(function (one, index) {
      return shown.line ? line(one, lang) : bar(one, lang, index, shown.view.series.length);
    });
    var rows = kind === "rows";
    var words = axis({
      type: "category",
      boundaryGap: !shown.line,
      inverse: rows,
      data: shown.view.categories.map(function (category) { return category[lang]; }),
      name: shown.view.axis ? shown.view.axis[lang] : "",
      nameLocation: "middle",
      nameGap: 28,
      nameTextStyle: { color: colour("--soft"), fontSize: 12 },
      splitLine: { show: false },
      axisLabel: { color: colour(rows ? "--ink" : "--soft"), fontSize: 12,
        hideOverlap: shown.line, interval: shown.line ? "auto" : 0 },
    });
    var sizes = axis({
      type: "value",
      splitNumber: small ? 3 : 4,
      axisLine: { show: false },
      axisLabel: { color: colour("--soft"), fontSize: 12,
        formatter: function (value) { return format(value, shown.view.unit); } },
    });
    return {
      animation: false,
      color: palette(kind),
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      legend: {
        show: series.length > 1, top: 0, left: 0, itemWidth: 14, itemHeight: 10, itemGap: 14,
        icon: "roundRect", textStyle: { color: colour("--ink"), fontSize: 12 },
      },
      grid: {
        left: 0, right: rows ? 18 : small ? 6 : 12, bottom: shown.view.axis ? 22 : 6,
        top: legendHeight(series, document.getElementById("plot-" + key).clientWidth),
        outerBoundsMode: "same", outerBoundsContain: "axisLabel",
      },
      tooltip: tooltip(shown, lang),
      xAxis: rows ? sizes : words,
      yAxis: rows ? words : sizes,
      series: series,
    };
  }

  // The legend wraps; its height is guessed from the length of its words.
  function legendHeight(series, width) {
    if (series.length < 2) return 12;
    var lines = 1;
    var used = 0;
    series.forEach(function (one) {
      var wide = /[\u4e00-\u9fff]/.test(one.name) ? 12.5 : 6.3;
      var size = one.name.length * wide + 34;
      if (used + size > width) { lines += 1; used = 0; }
      used += size;
    });
    return lines * 22 + 16;
  }

  function bar(one, lang, index, many) {
    return {
      type: "bar", stack: "all", name: one.name[lang], data: one.data, barMaxWidth: 56,
      barCategoryGap: "28%",
      itemStyle: { borderColor: colour("--paper"), borderWidth: many > 1 ? 1 : 0 },
      emphasis: { disabled: true },
    };
  }

  function line(one, lang) {
    return {
      type: "line", name: one.name[lang], data: one.data, showSymbol: false, symbolSize: 6,
      lineStyle: { width: 2 }, emphasis: { focus: "series", lineStyle: { width: 3 } },
    };
  }

  function draw(key) {
    var place = document.getElementById("plot-" + key);
    if (!place) return;
    if (!drawn[key]) {
      drawn[key] = window.echarts.init(place, null, { renderer: "svg" });
    }
    drawn[key].resize();
    drawn[key].setOption(option(key), true);
  }

  function drawAll() {
    Object.keys(figures.charts).forEach(draw);
  }

  document.querySelectorAll("input[data-view]").forEach(function (choice) {
    choice.addEventListener("change", function () { draw(choice.dataset.view); });
  });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  window.addEventListener("beforeprint", drawAll);

  var width = root.clientWidth;
  window.addEventListener("resize", function () {
    if (root.clientWidth === width) return;
    width = root.clientWidth;
    drawAll();
  });

  setLanguage(language());
  drawAll();
  goTo(readHash().place);
})();
