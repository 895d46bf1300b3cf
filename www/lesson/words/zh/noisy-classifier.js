// @ts-check
import { html } from 'lit';
import { percentage } from '../../../i18n/format.js';
import { accuracyAt, CLASSIFIERS } from '../../accuracy.js';

/** @param {import('../tools.js').Tools} tools @returns {import('../step-words.js').StepWords} */
export const noisyClassifier = ({ m, term, paper, lab, facts }) => {
  const right = (/** @type {'aware' | 'clean'} */ which, /** @type {'clean' | number} */ t) =>
    `${percentage(accuracyAt(facts, which, t))}%`;
  const classes = facts.models.find(({ name }) => name === CLASSIFIERS.clean)?.classes.length;
  return {
    title: '懂噪声的分类器',
    line: '要引导带噪声的图片，就得看得懂它；只见过干净图片的分类器看不懂。',
    idea: html`<p>你想要某一类的图片，而去噪网络自己只会画出随便什么图片。${term('classifier', '分类器')}认得类别，也许它能在每一步告诉我们该往哪里走（${paper('dhariwal2021', 'Dhariwal 与 Nichol，2021')}）。</p>
      <p>需要什么，贝叶斯公式说得很清楚：</p>
      <p>${m('noisy-classifier-sum')}</p>
      <p>最后一项问的是加了噪声的图片 ${m('xt')}。普通分类器从没见过这种图片。${term('noise-aware-classifier', '噪声感知分类器')}则是在每个${term('timestep', '时间步')}的加噪图片上训练的，而且会被告知当前是哪一步。</p>
      <p>没有噪声时，普通的那个反而更强：对未参与训练的表情图片，它答对约 ${right('clean', 'clean')}，噪声感知的答对约 ${right('aware', 'clean')}。到了 t = 500，则是 ${right('clean', 500)} 对 ${right('aware', 500)}。</p>`,
    task: html`<p>拖动时间步，看两边的判断如何分道扬镳。再拖到 999，这时图片已荡然无存：哪一个还自称知道答案？然后让两者分别引导同一次运行，再换一个类别试试。${lab('到实验室里试试', { model: 'emoji32-nano', class: 'face', method: 'classifier', sampler: 'ddim', eta: 0, scale: 8, seed: 1 })}</p>`,
    question: {
      ask: '给一个只见过干净图片的分类器看一张几乎全是噪声的图片，它会说什么？',
      options: [
        '它拿不准：每一类的概率都差不多。',
        '它很有把握地说出某一类，而这一类常常是错的。',
        '只要你还认得出是什么，它答对的次数就和之前差不多。',
      ],
      answer: 1,
      reveal: html`<p>没有人教过它面对噪声时要拿不准。噪声离它学过的一切都很远，在那里它仍会给出答案，而且信心十足：看看 t = 999 时它的那一栏。噪声感知分类器则学会了这样的图片说明不了什么，于是把概率分散到各个类别。</p>
        <p>引导所跟随的，正是这个概率的梯度。所以普通分类器推得很用力，方向却和类别没什么关系。</p>`,
    },
    experiment: {
      otherNoise: '换一份噪声',
      classifiers: { aware: '噪声感知分类器', clean: '普通分类器' },
      xt: { name: '两者看到的图片', label: '所选时间步的加噪图片' },
      thisPicture: (/** @type {string} */ name) => `认为这是“${name}”的概率`,
      thisPictureLabel: (/** @type {number} */ count) => `两个分类器给正确类别的概率随时间步的变化；已查看 ${count} 处`,
      heldOut: '在未参与训练的表情上的正确率',
      heldOutLabel: '两个分类器在未参与训练的表情上的正确率，随时间步变化',
      heldOutLine: `在两者都没训练过的图片上测得。共 ${classes} 类，瞎猜大约 ${classes} 次对一次。`,
      asGuides: '同一次运行，由两者分别引导',
      target: '引导到',
      scale: '强度 s',
      guide: '重新引导',
      runs: {
        none: { name: '没有引导', label: '没有引导的运行' },
        aware: { name: '噪声感知分类器引导', label: '由噪声感知分类器引导的运行' },
        clean: { name: '普通分类器引导', label: '由普通分类器引导的运行' },
      },
      judges: {
        aware: (/** @type {string} */ share) => `噪声感知：${share}`,
        clean: (/** @type {string} */ share) => `普通：${share}`,
      },
      finished: (/** @type {string} */ name) =>
        `每张图片下面是两个分类器认为它是“${name}”的概率。引导者评不公自己的作品，所以请看另一个给出的数。`,
    },
    derivation: {
      title: html`为什么必须是 ${m('g-belief')}`,
      lines: [
        { says: '要生成某一类，在每个噪声水平上都应当从下式采样，由贝叶斯公式：', formula: 'noisy-classifier-bayes' },
        { says: '取对数，乘积变成和。', formula: 'noisy-classifier-logs' },
        {
          says: html`对 ${m('xt')} 求梯度，最后一项消失，因为 ${m('noisy-classifier-prior')} 与 ${m('xt')} 无关。第一项去噪网络已经知道，缺的是第二项。`,
          formula: 'noisy-classifier-scores',
        },
        {
          says: html`它是对<em>加噪</em>图片的判断：在所有可能藏在背后的干净图片上取平均。把 ${m('xt')} 当成干净图片去问普通分类器，算出来的是另一回事。`,
          formula: 'noisy-classifier-mixture',
        },
        {
          says: html`这个积分没人算得出，但在加噪图片上用交叉熵训练的网络能学到它的值：使这个损失最小的答案恰好就是 ${m('g-belief')}。`,
          formula: 'noisy-classifier-loss',
        },
      ],
      symbols: ['classifier', 'noise-aware-classifier', 'score', 'timestep', 'abar', 'eps'],
    },
  };
};
