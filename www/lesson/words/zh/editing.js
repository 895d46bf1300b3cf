// @ts-check
import { html } from 'lit';
import { apart, percent } from '../figures.js';

/** @param {import('../tools.js').Tools} tools @returns {import('../step-words.js').StepWords} */
export const editing = ({ m, term, paper, lab }) => ({
  title: '改动图片：修补、SDEdit、风格',
  line: '同一条链也能改图：保留一部分，从半路出发，或者换一种风格照着画。',
  idea: html`<p>这里没有为改图作任何训练。三个办法就让会画图的模型学会改动已有的图。</p>
    <p><b>${term('inpainting', '修补')}。</b>${term('repaint', 'RePaint')}（${paper('lugmayr2022', 'Lugmayr 等，2022')}）在每一步之前，
      用加噪到同一程度的已知图片覆盖蒙版 ${m('edit-mask')} 所保留的部分。模型在空洞里画的时候并不知道那一部分，
      所以这条链不时跳回高处、再走下来，直到两边合得上。</p>
    <p>${m('edit-mix')}</p>
    <p><b>${term('sdedit', 'SDEdit')}</b>（${paper('meng2022', 'Meng 等，2022')}）从链的中间出发：把图片加噪到时间步 ${m('edit-start')}，再从那里去噪。
      <b>风格</b>：${term('ilvr', 'ILVR')} 保住图片的大致样貌，${term('style', '风格')}标签决定其余部分出自谁的手笔。</p>`,
  task: html`<p>涂掉图片的一部分让模型来补，一次直接走到底，一次带回跳。然后换个方式：用几种强度从图片出发，再看看它在每种风格里的样子。</p>
    <p>${lab('到实验室里试试', { method: 'conditional,repaint', class: 'face' })}</p>`,
  question: {
    ask: 'SDEdit 的强度取 1：图片被加噪到链的最高处。结果里还剩下它的什么？',
    options: [
      '颜色，因为噪声只遮住形状。',
      '大致轮廓，因为它留存得最久。',
      '什么都不剩：无论原图是什么，链都从噪声出发。',
      '全都在，只是略微模糊：去噪会把噪声撤销。',
    ],
    answer: 2,
    reveal: html`<p>在最高处 ${m('abar')} 几乎是 0，出发点只是噪声：结果取决于种子和标签，与图片无关。留下什么由强度决定：
      细节最先淹没，然后是轮廓，最后是大块的颜色。在实验里选“从它出发”，从 0.2 走到 1 看看。
      去噪并不是把噪声撤销，而是从噪声之下可能的图片里编出一张干净的来。</p>`,
  },
  experiment: {
    way: '方式',
    ways: { inpainting: '修补', sdedit: '从它出发', styles: '每种风格' },
    told: '告诉网络的类别',
    otherNoise: '换一份噪声',
    inpainting: {
      keepAll: '全部保留',
      straight: { name: '直接走到底', label: '直接走到底时补上的空洞' },
      jumping: { name: '带回跳', label: '带回跳时补上的空洞' },
      steps: (/** @type {number} */ done, /** @type {number} */ total) => `第 ${done} / ${total} 步`,
    },
    sdedit: {
      strength: '强度',
      pictures: {
        source: { name: '原图', label: '运行所依据的图片' },
        start: { name: '出发点', label: '出发时加了噪声的图片' },
      },
      seed: (/** @type {number} */ seed) => `种子 ${seed}`,
      seedLabel: (/** @type {number} */ seed) => `模型用种子 ${seed} 由它画出的图`,
      begins: (/** @type {number} */ t, /** @type {number} */ steps, /** @type {number} */ abar) =>
        html`从时间步 <b>${t}</b> 出发，那里图片的对比度还剩 ${percent(Math.sqrt(abar))}，共走 <b>${steps}</b> 步。`,
      away: (/** @type {number} */ distance) => `结果与原图相距 ${apart(distance)}（均方根，从全黑到全白为 1）。`,
    },
    styles: {
      coarseness: '粗略程度 N',
      source: { name: '参考图', label: '参考图' },
      label: (/** @type {string} */ style) => `参考图在 ${style} 风格里的样子`,
    },
  },
  derivation: {
    title: 'RePaint 为什么要回跳，强度又意味着什么',
    lines: [
      {
        says: html`保留的部分用不着网络：到任何一级都只是${term('forward-process', '前向过程')}的一跳。`,
        formula: 'edit-known',
      },
      { says: html`蒙版 ${m('edit-mask')} 在保留处为 1；其余部分来自链自己的上一步。`, formula: 'edit-mix' },
      {
        says: '两部分各自的噪声量都对，但合在一起并不是一个可能的状态：画的部分当初面对的是已知部分的另一次抽样，而只往下一步太短，来不及弥补。',
      },
      {
        says: '于是把合成的图重新加噪，一次跳上好几级。画过的部分失去细节再重画，这一次身旁就是已知的部分；每来一轮，两边就合得更好。用新的噪声 z 往上一级是：',
        formula: 'edit-jump',
      },
      { says: 'SDEdit 一开始就跳这样一次，而且是整张图一起。', formula: 'edit-sdedit' },
      {
        says: html`该从哪里出发？噪声会让任何两张图变得相像：给定的图 y，和它附近一张模型画得出来的自然图片 ${m('x_0')}。加噪后两者都是方差相同的高斯，能否分辨只看一个分式：`,
        formula: 'edit-alike',
      },
      {
        says: '噪声越多，它越接近 0，差别大的地方最后才到。强度合适的时候，涂鸦的毛病已经分辨不出，而它画的是什么还看得出来。',
      },
    ],
    symbols: ['inpainting', 'repaint', 'sdedit', 'style', 'abar', 'beta'],
  },
});
