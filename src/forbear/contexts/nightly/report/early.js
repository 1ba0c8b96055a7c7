// Runs before the page is painted, so that the unwanted language never flashes by.
(function () {
  "use strict";
  var root = document.documentElement;
  var chosen = /^#(en|zh)\b/.exec(location.hash);
  var first = (navigator.language || "en").toLowerCase();
  var lang = chosen ? chosen[1] : first.indexOf("zh") === 0 ? "zh" : "en";
  root.dataset.lang = lang;
  root.lang = lang === "zh" ? "zh-Hans" : "en";
  root.classList.add("script");
})();
