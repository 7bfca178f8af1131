// The theme of VitePress, with room for tables and pictures.
import DefaultTheme from "vitepress/theme";
import "./style.css";

export default DefaultTheme;
