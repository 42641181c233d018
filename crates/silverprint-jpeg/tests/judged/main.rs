//! Our decoder, judged by libjpeg-turbo.

mod damage;
mod exactness;
mod law;
mod parts;
mod structure;
mod verdict;
mod wild;
