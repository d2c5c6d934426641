-- What discounts and given shipping took off was kept with the tax in it where prices hold the tax. It is read anew from
-- Shopify when the orders' campaigns are measured next.
TRUNCATE "order_earnings";
