// Pages work without this. It opens a folded group when a link leads into it.
"use strict";
(function () {
  function open() {
    var id = decodeURIComponent(location.hash.slice(1));
    var place = id && document.getElementById(id);
    for (var each = place && place.closest("details"); each; each = each.parentElement && each.parentElement.closest("details")) {
      each.open = true;
    }
    if (place) { place.scrollIntoView({ block: "center" }); }
  }
  window.addEventListener("hashchange", open);
  open();
})();
