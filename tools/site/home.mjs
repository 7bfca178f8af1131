// The home page within what screen readers call the main part of a page, which
// VitePress says of every other page.
import { h } from "vue";
import Home from "vitepress/dist/client/theme-default/components/VPHome.vue";

export default (_, { slots }) => h("main", h(Home, null, slots));
