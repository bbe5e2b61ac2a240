;(({ blocks, element, blockEditor, components, i18n }) => {
  const { createElement, Fragment } = element
  const { InnerBlocks, InspectorControls } = blockEditor
  const { PanelBody, TextControl } = components
  const { __ } = i18n

  const rows = {
    placement: __('Placement, as the hub calls it', 'leitstern'),
    fields: __('Its fields, in their order', 'leitstern'),
    link: __('The field that is the link', 'leitstern'),
    image: __('The field that is the image', 'leitstern'),
  }
  const text = (initial) => ({ type: 'string', default: initial })

  const edit = ({ attributes, setAttributes }) => {
    const row = ([name, label]) =>
      createElement(TextControl, {
        key: name,
        label,
        value: attributes[name],
        onChange: (value) => setAttributes({ [name]: value }),
      })
    const panel = createElement(PanelBody, { title: 'Leitstern' }, Object.entries(rows).map(row))
    return createElement(
      Fragment,
      null,
      createElement(InspectorControls, null, panel),
      createElement('p', null, `Leitstern: ${attributes.placement}`),
      createElement(InnerBlocks),
    )
  }

  blocks.registerBlockType('leitstern/placement', {
    title: __('Leitstern placement', 'leitstern'),
    description: __('What the hub decides for the visitor. The blocks inside are shown otherwise.', 'leitstern'),
    icon: 'star-filled',
    category: 'widgets',
    attributes: { placement: text(''), fields: text('headline'), link: text('url'), image: text('image') },
    edit,
    save: () => createElement(InnerBlocks.Content),
  })
})(window.wp)
