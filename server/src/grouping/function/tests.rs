use super::*;

#[test]
fn function_names_keep_their_stable_part() {
    for (language, table) in FUNCTIONS {
        for (name, expected) in *table {
            assert_eq!(function(*language, name), *expected, "{language:?} {name}");
        }
    }
}

type Table = &'static [(&'static str, &'static str)];

const FUNCTIONS: &[(Language, Table)] = &[
    (Language::Native, RUST),
    (Language::Native, CPP),
    (Language::Native, APPLE),
    (Language::Go, GO),
    (Language::Jvm, JVM),
    (Language::DotNet, DOTNET),
    (Language::JavaScript, JAVASCRIPT),
    (Language::Python, PYTHON),
    (Language::Php, PHP),
    (Language::Ruby, RUBY),
    (Language::Elixir, ELIXIR),
];

const RUST: Table = &[
    ("shop::cart::pay", "shop::cart::pay"),
    ("shop::cart::pay::h0123456789abcdef", "shop::cart::pay"),
    ("shop::cart::hash", "shop::cart::hash"),
    ("shop::cart::pay::{{closure}}::{{closure}}", "shop::cart::pay"),
    ("shop::cart::pay::{closure#2}", "shop::cart::pay"),
    ("<shop::Cart as shop::Pay>::pay", "shop::Cart::pay"),
    ("<shop::Cart<T> as core::ops::Fn<(A, B)>>::call", "shop::Cart::call"),
    ("<impl shop::Pay for shop::Cart>::pay", "shop::Cart::pay"),
    ("shop::cart::<impl shop::Cart>::pay", "shop::cart::pay"),
    ("core::ptr::drop_in_place<alloc::vec::Vec<u8>>", "core::ptr::drop_in_place"),
    ("<fn(i32) -> i32 as core::ops::FnOnce<()>>::call_once", "fn::call_once"),
    ("alloc::vec::Vec<T,A>::push", "alloc::vec::Vec::push"),
    ("main", "main"),
];

const CPP: Table = &[
    ("shop::Cart::pay(int, std::string const&)", "shop::Cart::pay"),
    ("void shop::Cart::pay<int, Order>(Order) const", "shop::Cart::pay"),
    ("std::vector<int, std::allocator<int> >::at(unsigned long)", "std::vector::at"),
    ("(anonymous namespace)::pay(int)", "pay"),
    ("shop::pay(int)::{lambda(int)#1}::operator()(int) const", "shop::pay::operator()"),
    ("shop::operator<<(std::ostream&, Cart const&)", "shop::operator<<"),
    ("shop::Cart::operator[](int)", "shop::Cart::operator[]"),
    ("std::map<K, V> shop::read[abi:cxx11](int)", "shop::read"),
    ("pay.part.0.isra.1", "pay"),
    ("pay(int) [clone .cold]", "pay"),
    ("malloc@@GLIBC_2.2.5", "malloc"),
    ("shop::Cart::~Cart()", "shop::Cart::~Cart"),
    ("??", ""),
];

const APPLE: Table = &[
    ("-[Cart payWith:order:]", "-[Cart payWith:order:]"),
    ("closure #1 in Cart.pay(_:)", "Cart.pay"),
    ("closure #2 in closure #1 in Cart.pay<A>(_:)", "Cart.pay"),
];

const GO: Table = &[
    ("(*Cart).Pay", "(*Cart).Pay"),
    ("(*Cart).Pay.func1", "(*Cart).Pay"),
    ("(*Cart).Pay.func1.2", "(*Cart).Pay"),
    ("Map[...]", "Map"),
    ("(*Cart).Pay-fm", "(*Cart).Pay"),
];

const JVM: Table = &[
    ("pay", "pay"),
    ("lambda$pay$3", "pay"),
    ("access$100", "access"),
    ("$anonfun$pay$1", "pay"),
    ("pay$default", "pay$default"),
    ("fn__1234", "fn"),
    ("invokeSuspend", "invokeSuspend"),
    ("<init>", "<init>"),
];

const DOTNET: Table = &[
    ("Pay", "Pay"),
    ("MoveNext", "MoveNext"),
    ("<Pay>b__5_0", "Pay"),
    ("<Pay>d__7.MoveNext", "Pay"),
    ("<Pay>g__Check|5_1", "Check"),
    ("void Shop.Cart.Pay(Order order)", "Shop.Cart.Pay"),
    ("async Task<int> Shop.Cart.Pay<T>(T order)", "Shop.Cart.Pay"),
    ("Pay[T](T order)", "Pay"),
    ("Cart.<>c__DisplayClass5_0.<Pay>b__1", "Cart.Pay"),
];

const JAVASCRIPT: Table = &[
    ("pay", "pay"),
    ("Object.pay", "pay"),
    ("Cart.pay [as onClick]", "pay"),
    ("async Cart.pay", "pay"),
    ("new Cart", "Cart"),
    ("<anonymous>", ""),
    ("Array.<anonymous>", ""),
    ("?", ""),
    ("outer/inner<", "inner"),
    ("outer/<", ""),
    ("#private", "private"),
];

const PYTHON: Table = &[
    ("pay", "pay"),
    ("Cart.pay", "Cart.pay"),
    ("pay.<locals>.inner", "inner"),
    ("<lambda>", "lambda"),
    ("<listcomp>", ""),
    ("<module>", "<module>"),
];

const PHP: Table = &[
    ("App\\Cart::pay", "App\\Cart::pay"),
    ("\\App\\Cart::pay", "App\\Cart::pay"),
    ("App\\Cart::{closure}", "{closure}"),
    ("{closure:App\\Cart::pay():12}", "{closure}"),
    ("class@anonymous\0/srv/app/Cart.php:12$0::pay", "class@anonymous::pay"),
    ("App\\Base@anonymous\0/srv/Cart.php:3$1f", "App\\Base@anonymous"),
];

const RUBY: Table = &[
    ("pay", "pay"),
    ("block in pay", "pay"),
    ("block (2 levels) in pay", "pay"),
    ("block (2 levels) in Cart#pay", "pay"),
    ("rescue in pay", "pay"),
    ("Cart.pay", "pay"),
    ("<class:Cart>", "<class:Cart>"),
    ("_app_views_carts_show_html_erb__3422167_70", "_app_views_carts_show_html_erb"),
];

const ELIXIR: Table =
    &[("pay/2", "pay/2"), ("anonymous fn/1 in Shop.Cart.pay/2", "Shop.Cart.pay/2"), ("-pay/2-fun-0-", "pay/2")];

#[test]
fn generated_classes_become_the_class_they_were_made_from() {
    for (language, name, expected) in [
        (Language::Jvm, "com.shop.Cart", "com.shop.Cart"),
        (Language::Jvm, "com.shop.Cart$$Lambda$14/0x0000000800c03000", "com.shop.Cart"),
        (Language::Jvm, "com.shop.Cart$$EnhancerBySpringCGLIB$$9c1b2f3a", "com.shop.Cart"),
        (Language::Jvm, "com.shop.Cart$$SpringCGLIB$$0", "com.shop.Cart"),
        (Language::Jvm, "com.shop.Cart$ByteBuddy$AbCdEf12", "com.shop.Cart"),
        (Language::Jvm, "com.shop.Cart_$$_javassist_12", "com.shop.Cart"),
        (Language::Jvm, "com.shop.Cart_$$_jvst4a5_0", "com.shop.Cart"),
        (Language::Jvm, "com.shop.Cart$1", "com.shop.Cart"),
        (Language::Jvm, "com.shop.Cart$Line$2", "com.shop.Cart$Line"),
        (Language::Jvm, "jdk.proxy2.$Proxy123", "jdk.proxy2.$Proxy"),
        (Language::Jvm, "sun.reflect.GeneratedMethodAccessor77", "sun.reflect.GeneratedMethodAccessor"),
        (Language::DotNet, "Shop.Cart+<>c__DisplayClass5_0", "Shop.Cart"),
        (Language::DotNet, "Shop.Cart`1[[System.String]]", "Shop.Cart"),
        (Language::Python, "shop.cart", "shop.cart"),
    ] {
        assert_eq!(module(language, name), expected, "{name}");
    }
    assert_eq!(method_in_class(Language::DotNet, "Shop.Cart+<Pay>d__5"), Some("Pay"));
    assert_eq!(method_in_class(Language::DotNet, "Shop.Cart"), None);
}
