/** Shows the view that the address names: `view.html?digits`. */
const VIEWS: Readonly<Record<string, () => Promise<unknown>>> = {
  digits: () => import('./digitsPage.tsx'),
  hand: () => import('./handPage.tsx'),
  own: () => import('./ownPage.tsx'),
};
void VIEWS[location.search.slice(1)]();
