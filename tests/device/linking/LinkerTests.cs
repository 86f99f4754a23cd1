using System;
using System.Linq;
using Xunit;

namespace SmtpEmbedded.Device.Tests.Linking;

/// <summary>What each step of the linker changes, and that what is left does the same as before.</summary>
public sealed class LinkerTests
{
    [Fact]
    public void WhatNothingReachesGoesAndNamesBecomeShort()
    {
        var probe = Same("""
            public static class Probe
            {
                public static string Run() => new Worker().Work(2);
                internal static void Nobody() => new Idle().ToString();
            }
            internal class Idle { }
            internal class Worker
            {
                private int _factor = 21;
                private int _unused;
                internal string Work(int count) { int sum = 0; for (int i = 0; i < count; i++) { sum += _factor; } return sum.ToString(); }
                internal void Rest() => _unused = 1;
            }
            """);
        Assert.Equal("42", probe.Linked);
        Assert.DoesNotContain(probe.Shape(), type => type.Contains("Worker") || type.Contains("Idle") || type.Contains("Nobody") || type.Contains("Rest") || type.Contains('_'));
    }

    [Fact]
    public void VirtualFamiliesStayTogetherAndApart()
    {
        Same("""
            public static class Probe
            {
                public static string Run()
                {
                    string said = "";
                    foreach (Animal animal in new Animal[] { new Dog(), new Puppy(), new Cat(), new Stray() })
                    {
                        said += animal.Speak() + animal.Speak(2) + animal.Name() + animal + ";";
                    }
                    return said + ((Dog)new Puppy()).Fetch() + new Dog().Fetch();
                }
            }
            internal abstract class Animal
            {
                internal abstract string Speak();
                internal virtual string Speak(int times) { string said = ""; for (int i = 0; i < times; i++) { said += Speak(); } return said; }
                internal virtual string Name() => "animal";
                public override string ToString() => "<" + Name() + ">";
            }
            internal class Dog : Animal
            {
                internal override string Speak() => "woof";
                internal override string Name() => "dog, an " + base.Name();
                internal virtual string Fetch() => "stick";
            }
            internal class Puppy : Dog
            {
                internal override string Speak() => "wuff";
                internal override string Speak(int times) => base.Speak(times + 1);
                internal override string Fetch() => "not " + base.Fetch();
            }
            internal class Cat : Animal
            {
                internal override string Speak() => "meow";
                public override string ToString() => "cat";
            }
            internal class Stray : Cat { internal override string Name() => "stray"; }
            """);
    }

    [Fact]
    public void ExplicitImplementationsStandForTheirOwnInterfaceOnly()
    {
        Same("""
            public static class Probe
            {
                public static string Run()
                {
                    Both both = new Both();
                    Third third = new Third();
                    return ((ILeft)both).Say() + ((IRight)both).Say() + both.Say() + Left(both) + Right(both) + Left(third) + Right(third) + Left(new Heir()) + Right(new Heir());
                }
                private static string Left(ILeft left) => left.Say();
                private static string Right(IRight right) => right.Say();
            }
            internal interface ILeft { string Say(); }
            internal interface IRight { string Say(); }
            internal class Both : ILeft, IRight
            {
                public string Say() => "own";
                string ILeft.Say() => "left";
                string IRight.Say() => "right";
            }
            internal class Third : ILeft, IRight
            {
                public string Say() => "left or own";
                string IRight.Say() => "right only";
            }
            internal class Heir : Both, IRight { string IRight.Say() => "heir's right"; }
            """);
    }

    [Fact]
    public void AnInterfaceMayBeImplementedByABaseClass()
    {
        Same("""
            public static class Probe
            {
                public static string Run() => Use(new Derived()) + Use(new Other()) + Alone(new Lonely()) + Text(new Lonely()) + (Text(new Told()).Length > 1) + Hidden(new Mask());
                private static string Use(IThing thing) => thing.Thing() + thing.Twice();
                private static string Alone(IAlone alone) => alone.Alone();
                private static string Text(IText text) => text.ToString() + text.GetHashCode();
                private static string Hidden(IAlone2 one) => one.Hide();
            }
            internal interface IThing { string Thing(); string Twice(); }
            internal class Base { public virtual string Thing() => "base"; public string Twice() => Thing() + Thing(); }
            internal class Derived : Base, IThing { }
            internal class Other : Base, IThing { public override string Thing() => "other"; }
            internal interface IAlone { string Alone(); }
            internal class Ancestor { public string Alone() => "ancestor"; }
            internal class Lonely : Ancestor, IAlone, IText { public override int GetHashCode() => 7; public override string ToString() => "lonely"; }
            internal class Told : IText { public override int GetHashCode() => 8; }
            internal interface IText { string ToString(); int GetHashCode(); }
            internal interface IAlone2 { string Hide(); }
            internal class Face : IAlone2 { public string Hide() => "face"; }
            internal class Mask : Face { public new virtual string Hide() => "mask"; }
            """);
    }

    [Fact]
    public void AnInterfaceWithOneImplementationBecomesIt()
    {
        var probe = Same("""
            public static class Probe
            {
                public static string Run()
                {
                    ISource source = new Source();
                    ISource[] all = { source, null, new Source() };
                    object something = all[2];
                    string said = source.Next() + all[0].Next() + (all[1] == null) + (something is ISource) + ("" as object is ISource) + ((ISource)something).Next();
                    Func<string> next = source.Next;
                    try { said += all[1].Next(); } catch (NullReferenceException) { said += "null"; }
                    return said + next() + new Reader(source).Read(ref source) + Explicit(new Hidden());
                }
                private static string Explicit(IHidden hidden) => hidden.Value + hidden.Get();
            }
            internal interface ISource { string Next(); }
            internal class Source : ISource { private int _n; public string Next() => (_n++).ToString(); }
            internal class Reader
            {
                private readonly ISource _source;
                internal Reader(ISource source) { _source = source; }
                internal string Read(ref ISource other) { string read = _source.Next() + other.Next(); other = new Source(); return read + other.Next(); }
            }
            internal interface IHidden { string Get(); string Value { get; } }
            internal class Hidden : IHidden { string IHidden.Get() => "hidden"; string IHidden.Value => "value"; }
            """);
        Assert.Equal(4, probe.Shape().Count);
    }

    [Fact]
    public void AStructBehindAnInterfaceStaysBoxed()
    {
        Same("""
            public static class Probe
            {
                public static string Run()
                {
                    ICount count = new Counter(3);
                    object boxed = count;
                    count.More();
                    return count.Value + ((ICount)boxed).Value + " " + Sum(new Counter(1), new Counter(2)) + new Pair(new Counter(5), 6).Sum();
                }
                private static int Sum(ICount a, ICount b) => a.Value + b.Value;
            }
            internal interface ICount { int Value { get; } void More(); }
            internal struct Counter : ICount
            {
                private int _value;
                internal Counter(int value) { _value = value; }
                public int Value => _value;
                public void More() => _value++;
            }
            internal readonly struct Pair
            {
                private readonly Counter _a;
                private readonly int _b;
                internal Pair(Counter a, int b) { _a = a; _b = b; }
                internal int Sum() => _a.Value + _b;
                public override string ToString() => "pair " + Sum();
            }
            """);
    }

    [Fact]
    public void EnumerationsBecomeNumbers()
    {
        var probe = Same("""
            public static class Probe
            {
                private static readonly Color[] s_all = { Color.Red, Color.Blue, (Color)9 };
                private const Color Favourite = Color.Blue;
                public static string Run()
                {
                    string said = "";
                    Color[] more = new Color[3];
                    more[1] = Color.Green;
                    Size[] sizes = { Size.Small, Size.Large };
                    sizes[0]++;
                    foreach (Color color in s_all) { said += Name(color) + (int)color; }
                    object boxed = Color.Green;
                    Color back = (Color)boxed;
                    Out(out Color made);
                    Flags flags = Flags.A | Flags.C;
                    flags &= ~Flags.A;
                    return said + Name(more[1]) + Name(more[0]) + (int)sizes[0] + (int)sizes[1] + (boxed is Color) + Name(back) + Name(made) + (long)flags + Name(Favourite)
                        + Over(Color.Red) + Over(7) + Over(Size.Large) + new Overloaded(Color.Blue).Said + new Overloaded(2).Said;
                }
                private static void Out(out Color color) => color = Color.Blue;
                private static string Name(Color color)
                {
                    switch (color) { case Color.Red: return "red"; case Color.Green: return "green"; case Color.Blue: return "blue"; default: return "none"; }
                }
                private static string Over(Color color) => "color";
                private static string Over(int number) => "number";
                private static string Over(Size size) => "size";
            }
            internal enum Color { Red, Green, Blue }
            internal enum Size : byte { Small, Large = 255 }
            [Flags] internal enum Flags : long { A = 1, B = 2, C = 1L << 40 }
            internal class Overloaded
            {
                internal readonly string Said;
                internal Overloaded(Color color) { Said = "by color"; }
                internal Overloaded(int number) { Said = "by number"; }
            }
            """);
        Assert.DoesNotContain(probe.Shape(), type => type.Contains("value__"));
    }

    [Fact]
    public void WhatTellsTwoVirtualMethodsApartStays()
    {
        var probe = Same("""
            public static class Probe
            {
                public static string Run() => Say(new Derived()) + Say(new Base());
                private static string Say(Base one) => one.Take(1) + one.Take(Color.Green) + one.Take(Size.Small);
            }
            internal enum Color { Red, Green }
            internal enum Size : byte { Small }
            internal class Base
            {
                internal virtual string Take(int number) => "base number ";
                internal virtual string Take(Color color) => "base color ";
                internal virtual string Take(Size size) => "base size ";
            }
            internal class Derived : Base { internal override string Take(Color color) => "derived color "; }
            """);
        Assert.Single(probe.Shape(), type => type.Contains("value__"));
    }

    [Fact]
    public void APropertyOfTheApiBecomesItsField()
    {
        var probe = Same(
            """
            public static class Probe
            {
                public static string Run()
                {
                    Thing thing = new Thing("a") { Count = 2 };
                    thing.Count += 3;
                    thing.Grow();
                    thing.Kind = Kind.Odd;
                    return thing.Name + thing.Count + thing.Read + thing.Twice + (int)thing.Kind + thing.Wide + thing.Letter + (thing.Base is Derived);
                }
            }
            public enum Kind { Even, Odd }
            public class Base { }
            internal class Derived : Base { }
            public class Thing
            {
                private readonly Derived _derived = new Derived();
                private byte _wide = 7;
                private char _letter = 'x';
                public Thing(string name) { Name = name; }
                public string Name { get; }
                public int Count { get; set; }
                public int Read { get; private set; }
                public int Twice => Count * 2;
                public Kind Kind { get; set; }
                public int Wide => _wide;
                public int Letter => _letter;
                public Base Base => _derived;
                public static int Made { get; set; }
                public virtual int Open { get; set; }
                internal void Grow() { Read++; Count++; }
            }
            """,
            "Thing");
        Assert.Contains("Name", probe.Shape().Single(type => type.StartsWith("Thing:", System.StringComparison.Ordinal)).Split(' '));
        Assert.Equal(
            "b4/1/8/7120Basemine",
            probe.RunProgram("""
                public static class Program
                {
                    public static string Run()
                    {
                        Thing thing = new Mine("b") { Count = 3 };
                        thing.Count++;
                        thing.Kind = Kind.Odd;
                        thing.Open = 5;
                        var letter = thing.Letter;
                        var wide = thing.Wide;
                        wide += 0;
                        return thing.Name + thing.Count + "/" + (int)thing.Kind + "/" + thing.Twice + "/" + wide + letter + (thing.Base == null ? "" : nameof(Base)) + (thing.Open == 6 ? "mine" : "theirs");
                    }
                    private sealed class Mine : Thing { public Mine(string name) : base(name) { } public override int Open { get => base.Open + 1; set => base.Open = value; } }
                }
                """));
    }

    [Fact]
    public void TheApiKeepsWhatOthersBuildOn()
    {
        var probe = Same(
            """
            public static class Probe
            {
                public static string Run() { Host host = new Host(new Plain()); return host.Ask(1, 2, 3) + host.Ask(); }
            }
            public interface IGuest { string Answer(int[] numbers); int Size { get; } }
            internal class Plain : IGuest { public string Answer(int[] numbers) => "plain" + numbers.Length; public int Size => 1; }
            public abstract class Room
            {
                internal virtual string Hidden() => "hidden";
                protected virtual string Decorate(string text) => "[" + text + "]";
                internal string Show(string text) => Decorate(text) + Hidden();
            }
            public class Host : Room
            {
                private readonly IGuest _guest;
                public Host(IGuest guest) { _guest = guest; }
                public const int Limit = 12;
                public event EventHandler Asked;
                public string this[int index] => "at " + index;
                public string Ask(params int[] numbers) { Asked?.Invoke(this, EventArgs.Empty); return Show(_guest.Answer(numbers)) + _guest.Size; }
                public string Default(int number = 5) => "default " + number;
                public delegate int Change(int by);
                public int Apply(Change change) => change(4);
            }
            """,
            "Host");
        Assert.Equal(
            "asked*mine2*hidden99at 3default 512" + "5",
            probe.RunProgram("""
                public static class Program
                {
                    public static string Run()
                    {
                        string said = "";
                        Mine host = new Mine();
                        host.Asked += (sender, e) => said += "asked";
                        string answer = host.Ask(7, 8);
                        return said + answer + host[3] + host.Default() + Host.Limit + host.Apply(by => by + 1);
                    }
                    private sealed class Mine : Host
                    {
                        public Mine() : base(new Guest()) { }
                        protected override string Decorate(string text) => "*" + text + "*";
                    }
                    private sealed class Guest : IGuest { public string Answer(int[] numbers) => "mine" + numbers.Length; public int Size => 99; }
                }
                """));
    }

    [Fact]
    public void InlinedCallsDoTheirWorkInOrder()
    {
        Same("""
            public static class Probe
            {
                private static string s_said = "";
                private static int s_count;
                public static string Run()
                {
                    Box box = new Box();
                    box.Set(Next("a"), Next("b"));
                    box.Value = box.Value + Next("c");
                    int before = s_count;
                    box.Value++;
                    Say(box.First + "," + box.Second + "," + box.Value + "," + Forward(box, Next("d")));
                    Null(() => Say(Nobody().Value.ToString()));
                    Null(() => Nobody().Value = Next("e"));
                    Null(() => Say(Nobody().Constant().ToString()));
                    Null(() => Nobody().Method());
                    int kept = 5;
                    kept = Plus(kept++, kept) + kept;
                    for (int i = 0; i < 3; i++) { if (Even(i)) { continue; } Say("odd" + i); }
                    do { kept = Half(kept); } while (Big(kept));
                    Say(" " + kept + before + Sum(3) + Pick(true, 1, 2) + Pick(false, 1, 2) + Clamp(300) + Low(0x1FF) + Chain(box).Value);
                    return s_said;
                }
                private static int Sum(int n) => n == 0 ? 0 : n + Sum(n - 1);
                private static int Plus(int a, int b) => a - b;
                private static bool Even(int i) => (i & 1) == 0;
                private static int Half(int i) => i / 2;
                private static bool Big(int i) => i > 1;
                private static int Pick(bool first, int a, int b) { if (first) { return a; } return b; }
                private static int Clamp(int value) { if (value > 255) { value = 255; } return value; }
                private static byte Low(int value) => (byte)value;
                private static Box Chain(Box box) => box.Self().Self();
                private static int Forward(Box box, int by) => box.Add(by);
                private static Box Nobody() { Say("nobody"); return null; }
                private static int Next(string who) { Say(who); return ++s_count; }
                private static void Say(string text) => s_said += text;
                private static void Null(Action action) { try { action(); Say(" no fault "); } catch (NullReferenceException) { Say(" fault "); } }
            }
            internal class Box
            {
                private int _value;
                internal int First, Second;
                internal int Value { get { return _value; } set { _value = value; } }
                internal void Set(int first, int second) { First = first; Second = second; }
                internal int Add(int by) => _value + by;
                internal Box Self() => this;
                internal int Constant() => 5;
                internal void Method() { Value = 3; }
            }
            """);
    }

    [Fact]
    public void MethodsMovedToTheirOnlyCallKeepTheirValuesApart()
    {
        var probe = Same("""
            public static class Probe
            {
                private static string s_said = "";
                public static string Run()
                {
                    int first = Times(AtLeast(5, 3));
                    int second = Sum(Double(first), AtLeast3(second: 2, first: 9));
                    string name = Name(second > 3 ? "big" : "small", 2);
                    for (int i = 0; i < 3; i++) { Say(Fresh(i)); }
                    try { Check(first); } catch (InvalidOperationException e) { Say(e.Message); } finally { Say(Late(second)); }
                    Box box = new Box();
                    Fill(box, first);
                    Changed(first, second);
                    return first + " " + second + name + s_said + box.Total() + Chosen(box.Total()) + Nested(4) + Swapped(1, 2);
                }
                private static int AtLeast(int value, int least) { if (value > least) { return value; } return least; }
                private static int Times(int value) { int sum = 0; for (int i = 0; i < 3; i++) { sum += i; } return value * 10 + sum; }
                private static int Double(int value) { if (value == 0) { return 1; } int twice = value + value; return twice; }
                private static int AtLeast3(int first, int second) { int larger = first > second ? first : second; return larger < 3 ? 3 : larger; }
                private static int Sum(int a, int b) { int sum = a; for (int i = 0; i < b; i++) { sum++; } return sum * 2 + a - b; }
                private static string Name(string text, int times) { string name = ""; while (times-- > 0) { name += text; } return name; }
                private static string Fresh(int i) { string text = null; if (i == 1) { text = "one"; } return text ?? "none"; }
                private static void Check(int value) { if (value > 1) { throw new InvalidOperationException("too big " + value); } Say("small"); }
                private static string Late(int value) { switch (value) { case 0: return "zero"; case 1: return "one"; default: return "more"; } }
                private static void Fill(Box box, int value) { for (int i = 0; i < 2; i++) { box.Add(value + i); value += 100; } }
                private static void Changed(int a, int b) { int old = a; a = b; b = old; Say(a + ">" + b); }
                private static int Chosen(int value) { if (value < 0) { throw new InvalidOperationException(); } return value & 1; }
                private static string Nested(int n) { return Inner(Odd(n), n) + Inner2(n, Odd2(n)); }
                private static int Odd(int n) { if (n % 2 == 1) { return n; } return n + 1; }
                private static int Odd2(int n) { for (int i = n; ; i++) { if (i % 2 == 1) { return i; } } }
                private static string Inner(int odd, int n) { string s = ""; for (int i = n; i < odd + 2; i++) { s += i; } return s + odd; }
                private static string Inner2(int n, int odd) { string s = ""; for (int i = n; i < odd + 2; i++) { s += i; } return s + odd; }
                private static string Swapped(int a, int b) { return Pair(b, a); }
                private static string Pair(int a, int b) { a++; return a + "," + b; }
                private static void Say(string text) => s_said += text + ";";
            }
            internal class Box
            {
                private int _total;
                internal void Add(int value) { if (value > 0) { _total += value; } }
                internal int Total() { int total = _total; return total; }
            }
            """);
        Assert.True(probe.Shape().Single(type => type.StartsWith("Probe:", System.StringComparison.Ordinal)).Split("()").Length < 12, string.Join("\n", probe.Shape()));
    }

    [Fact]
    public void HandlersGuardTheSameCode()
    {
        Same("""
            public static class Probe
            {
                private static string s_said = "";
                public static string Run()
                {
                    for (int i = 0; i < 5; i++)
                    {
                        try { Say(Try(i)); } catch (Mine mine) { Say("outer " + mine.Number); }
                    }
                    return s_said + Locked() + Used();
                }
                private static string Try(int i)
                {
                    try
                    {
                        Throw(i);
                        return "fine ";
                    }
                    catch (Mine mine) when (mine.IsEven())
                    {
                        return "even ";
                    }
                    catch (InvalidOperationException)
                    {
                        return "invalid ";
                    }
                    finally
                    {
                        Say("finally ");
                    }
                }
                private static void Throw(int i)
                {
                    if (i == 1) { Raise(1); }
                    if (i == 2) { Raise(2); }
                    if (i == 3) { throw new InvalidOperationException(); }
                }
                private static void Raise(int number) => throw new Mine(number);
                private static void Say(string text) => s_said += text;
                private static string Locked() { lock (s_said) { return Once(); } }
                private static string Once() { try { return "in"; } finally { s_said = ""; } }
                private static string Used() { using (Door door = new Door()) { return door.Open(); } }
            }
            internal class Mine : Exception
            {
                internal Mine(int number) { Number = number; }
                internal int Number { get; }
                internal bool IsEven() => Number % 2 == 0;
            }
            internal sealed class Door : IDisposable
            {
                private string _state = "shut";
                internal string Open() { _state = "open"; return _state; }
                public void Dispose() => _state = "shut";
            }
            """);
    }

    [Fact]
    public void StaticInitialisersRun()
    {
        var probe = Same("""
            public static class Probe
            {
                public static string Run() => Table.Sum().ToString() + Counted.Count + Told.Text + Nested.Inner.Value + Lazy.Touch();
            }
            internal static class Table
            {
                private static readonly byte[] s_bytes = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
                private static readonly ushort[] s_words = { 1000, 2000, 3000, 4000, 5000 };
                internal static int Sum() { int sum = 0; foreach (byte one in s_bytes) { sum += one; } foreach (ushort one in s_words) { sum += one; } return sum; }
            }
            internal static class Counted { internal static int Count = Start(); private static int Start() => 40 + Log.Lines; }
            internal static class Log { internal static readonly int Lines = 2; internal static int Never = 3; }
            internal static class Told { internal static readonly string Text; static Told() { Text = "told"; } }
            internal class Nested { internal class Inner { internal static int Value { get; } = 11; private class Innermost { } } }
            internal static class Lazy { private static Nested s_nested; internal static bool Touch() => (s_nested ??= new Nested()) != null; }
            """);
        Assert.DoesNotContain(probe.Shape(), type => type.Contains("Innermost"));
    }

    [Fact]
    public void DelegatesAndClosuresFindTheirMethods()
    {
        Same("""
            public static class Probe
            {
                public static string Run()
                {
                    string said = "";
                    int count = 3;
                    Job job = text => { said += text + count++; return said.Length; };
                    job += new Worker("w").Do;
                    job += Static;
                    job += new Lead("l").Do;
                    Worker worker = new Lead("v");
                    job += worker.Virtual;
                    int last = job("x");
                    return said + last + Worker.Log + count;
                }
                private static int Static(string text) { Worker.Log += "static" + text; return 1; }
            }
            internal delegate int Job(string text);
            internal class Worker
            {
                internal static string Log = "";
                private readonly string _name;
                internal Worker(string name) { _name = name; }
                internal int Do(string text) { Log += _name + text; return 2; }
                internal virtual int Virtual(string text) => 3;
                internal virtual int Alone(string text) => 4;
            }
            internal class Lead : Worker
            {
                internal Lead(string name) : base(name) { }
                internal override int Virtual(string text) { Job alone = Alone; return base.Virtual(text) + alone(text); }
            }
            """);
    }

    [Fact]
    public void NestedTypesAndRecursionAndStructsAndArguments()
    {
        Same("""
            public static class Probe
            {
                public static string Run()
                {
                    Tree tree = new Tree();
                    foreach (int number in new[] { 5, 2, 8, 1, 9 }) { tree.Add(number); }
                    Point a = new Point(1, 2);
                    Point b = a.Moved(3);
                    Point[] points = { a, b };
                    int value = 1;
                    Change(ref value, out int other, 5);
                    object boxed = b;
                    return tree.Text() + a.X + a.Y + b.X + points[1].Y + value + other + ((Point)boxed).X + boxed + Many(1, 2, 3, 4, 5, 6) + Is(boxed) + Is("x");
                }
                private static void Change(ref int value, out int other, in int by) { value += by; other = value * 2; }
                private static string Many(int a, int b, int c, int d, int e, int f) => Rest(f, e, d) + a + b + c;
                private static string Rest(int d, int e, int f) => "" + d + e + f;
                private static string Is(object one) => one is Point point ? "point" + point.X : "no";
            }
            internal sealed class Tree
            {
                private Node _root;
                internal void Add(int value) => _root = Node.Add(_root, value);
                internal string Text() => Node.Text(_root);
                private sealed class Node
                {
                    private readonly int _value;
                    private Node _left, _right;
                    private Node(int value) { _value = value; }
                    internal static Node Add(Node node, int value)
                    {
                        if (node == null) { return new Node(value); }
                        if (value < node._value) { node._left = Add(node._left, value); } else { node._right = Add(node._right, value); }
                        return node;
                    }
                    internal static string Text(Node node) => node == null ? "" : Text(node._left) + node._value + " " + Text(node._right);
                }
            }
            internal readonly struct Point
            {
                internal Point(int x, int y) { X = x; Y = y; }
                internal int X { get; }
                internal int Y { get; }
                internal Point Moved(int by) => new Point(X + by, Y + by);
                public override string ToString() => "(" + X + "," + Y + ")";
            }
            """);
    }

    [Fact]
    public void NoMethodRunsInAFrameWhereRubbishCountsAsAReference()
    {
        var probe = Same("""
            public static class Probe
            {
                public static string Run() => new Worker().Work() + new Worker().Work() + Say(new Worker()) + new Worker().Often();
                private static string Say(Worker worker) { string text = ""; for (int i = 0; i < 2; i++) { text += worker.Twice(i).ToString(); } return text; }
            }
            public class Worker
            {
                private readonly System.Random _random = new System.Random(1);
                private int _value = 3;
                internal string Work() { _random.Next(5); int got = _random.Next(1); Step(); Step(); Step(); Step(); return Twice(got) + ToString(); }
                internal int Twice(int by) { for (int i = 0; i < by; i++) { Step(); Step(); } return _value; }
                internal string Often() { Keep(2); Keep(3); Keep(4); return Keep(5); }
                private string Keep(int value) { _value = value; return Twice(1) + "/"; }
                private void Step() { for (int i = 0; i < 2; i++) { _value += i; } }
                public override string ToString() => "worker " + _value;
            }
            """);

        var (guarded, open) = probe.Calls();
        Assert.Empty(open);

        // What is not ours, and what is on the way to others in a place or two; what is called often, is virtual or calls nothing is marked instead.
        Assert.Contains(guarded, call => call.Contains("System.Random::Next("));
        Assert.Equal(3, guarded.Count(call => !call.Contains("System.Random::") && !call.Contains("System.Object::")));
    }

    [Fact]
    public void FramesAreAsLargeAsTheConverterMakesThem()
    {
        // Each return leaves a value in the converter's count: the frame of Choose has room for all that Wide needs, though its code has not.
        string cases = string.Concat(Enumerable.Range(0, 24).Select(i => $"case {i}: return {i * 77}; "));
        string locals = string.Concat(Enumerable.Range(0, 12).Select(i => $"int n{i} = Add({i}); "));
        string sum = string.Join(" + ", Enumerable.Range(0, 12).Select(i => $"n{i}"));
        var probe = Same($$"""
            public static class Probe
            {
                public static string Run() { var worker = new Worker(); return worker.Choose(3) + ":" + worker.Choose(30) + ":" + worker.Choose(8) + worker.Plain(4) + worker.Plain(5); }
            }
            public class Worker
            {
                private int _value;
                internal long Choose(int i) { switch (i) { {{cases}} } return Wide(i, 2L * i) + Wide(i + 1, i); }
                internal long Plain(int i) { for (int k = 0; k < 2; k++) { _value += k; } return Wide2(i, (short)i) + Wide2(i + 1, (short)(i + 2)); }
                private long Wide(int i, long j) { {{locals}} for (int k = 0; k < 2; k++) { _value += n1 + i; } return {{sum}} + j; }
                private long Wide2(int i, short j) { {{locals}} for (int k = 0; k < 2; k++) { _value -= n1 + i; } return {{sum}} - j; }
                private int Add(int by) { for (int k = 0; k < 2; k++) { _value += by; } return _value; }
            }
            """);
        var (guarded, open) = probe.Calls();
        Assert.Equal(2, guarded.Count(call => call.EndsWith("(System.Int32,System.Int64)", StringComparison.Ordinal)));
        Assert.Equal(2, open.Count(call => call.EndsWith("(System.Int32,System.Int16)", StringComparison.Ordinal)));
    }

    [Fact]
    public void AClassThatMakesAnObjectToLockLocksItself()
    {
        // As the device's compiler writes lock: .NET's has a second argument for Enter.
        var probe = Same(
            """
            using System.Threading;
            public static class Probe
            {
                public static string Run()
                {
                    var own = new Own();
                    var threads = new Thread[4];
                    for (int i = 0; i < threads.Length; i++) { threads[i] = new Thread(() => { for (int j = 0; j < 1000; j++) { own.Add(); } }); threads[i].Start(); }
                    foreach (var thread in threads) { thread.Join(); }
                    return own.Add().ToString() + new Shown().Get() + new Outside().Get() + new Two().Get() + new Derived().Both();
                }
            }
            public class Own
            {
                private readonly object _lock = new object();
                private int _count;
                public int Add() { object taken = _lock; Monitor.Enter(taken); try { return ++_count + Again(); } finally { Monitor.Exit(taken); } }
                private int Again() { object taken = _lock; Monitor.Enter(taken); try { return 0; } finally { Monitor.Exit(taken); } }
            }
            public class Shown
            {
                private readonly object _lock = new object();
                public object Lock => _lock;
                public int Get() { object taken = _lock; Monitor.Enter(taken); try { return 1; } finally { Monitor.Exit(taken); } }
            }
            public class Outside
            {
                private readonly object _lock = new object();
                public int Get() { Outside me = this; Monitor.Enter(me); try { object taken = _lock; Monitor.Enter(taken); try { return 2; } finally { Monitor.Exit(taken); } } finally { Monitor.Exit(me); } }
            }
            public class Two
            {
                private readonly object _first = new object();
                private readonly object _second = new object();
                public int Get() { object taken = _first; Monitor.Enter(taken); try { object other = _second; Monitor.Enter(other); try { return 3; } finally { Monitor.Exit(other); } } finally { Monitor.Exit(taken); } }
            }
            public class Base
            {
                private readonly object _lock = new object();
                protected int Get() { object taken = _lock; Monitor.Enter(taken); try { return 4; } finally { Monitor.Exit(taken); } }
            }
            public class Derived : Base
            {
                private readonly object _mine = new object();
                public int Both() { object taken = _mine; Monitor.Enter(taken); try { return 5 + Get(); } finally { Monitor.Exit(taken); } }
            }
            """,
            "Own", "Shown", "Outside", "Two", "Base", "Derived");
        Assert.Equal([1, 1, 1, 2, 1, 1], new[] { "Own", "Shown", "Outside", "Two", "Base", "Derived" }.Select(type => probe.FieldsOf(type).Count));
        Assert.Equal(["System.Int32"], probe.FieldsOf("Own"));
    }

    [Fact]
    public void ConstructorsCallNoEmptyOnesAndBranchesToAReturnAreReturns()
    {
        var probe = Same("""
            public static class Probe
            {
                public static string Run() => new Plain(true).Say(3) + new Plain(false).Say(-1) + new Inner(2).Say(0);
            }
            internal class Plain
            {
                private readonly string _text = "plain";
                private readonly int _more;
                internal Plain(bool more) { if (more) { _more = 1; } for (int i = 0; i < 3; i++) { _more += i; } }
                internal string Say(int way) { if (way > 2) { _ = way; return _text; } switch (way) { case 0: return "none"; case 1: return "one"; default: return _more.ToString(); } }
            }
            internal class Inner : Plain { internal Inner(int value) : base(value > 1) { } }
            """);
        Assert.DoesNotContain("System.Void System.Object::.ctor()", probe.Operands());
    }

    [Fact]
    public void ArrayValuesAreNoStaticFields()
    {
        byte[] image = Probe.Compile("Probe", "public static class Probe { public static readonly byte[] Values = { 1, 2, 3, 4, 5, 6, 7, 8, 9 }; public static readonly int[] Numbers = { 10, 20, 30, 40 }; }");
        using var module = Mono.Cecil.ModuleDefinition.ReadModule(new System.IO.MemoryStream(image));
        SmtpEmbedded.Device.Linker.StaticData.Run(module);
        using var written = new System.IO.MemoryStream();
        module.Write(written);

        using var again = Mono.Cecil.ModuleDefinition.ReadModule(new System.IO.MemoryStream(written.ToArray()));
        var fields = again.GetTypes().SelectMany(type => type.Fields).Where(field => field.InitialValue.Length > 0).ToList();
        Assert.Equal(2, fields.Count);
        Assert.All(fields, field => Assert.False(field.IsStatic));
        Assert.Contains(fields, field => field.InitialValue.SequenceEqual(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9 }));
    }

    [Fact]
    public void FieldsWithOneConstantGoAndDecideBranches()
    {
        var probe = Same("""
            public static class Probe
            {
                public static string Run()
                {
                    var options = new Options();
                    return new Worker(options).Work() + new Worker(options, 3).Work() + (Options.Name + options.Long) + new Options(true).Work();
                }
            }
            internal sealed class Options
            {
                public int Size = 512;
                public long Long = 5L * 24 * 60 * 60 * 1000;
                public bool IsSpecial;
                public string Text;
                public int Unread;
                public static int Name = 7;
                public Options() { Unread = Size; }
                public Options(bool special) : this() { Text = null; }
                public string Work() { if (IsSpecial || Text != null) { return Never.Told(Text) + Unread2(); } for (int i = 0; i < Size; i++) { if (i * i > Size) { return "root " + i; } } return "none"; }
                private string Unread2() { try { return Text.Length.ToString(); } catch (Exception) { return Never.Told("x"); } finally { Never.Told("y"); } }
            }
            internal sealed class Worker
            {
                private readonly Options _options;
                private readonly int _factor;
                private int _times;
                public Worker(Options options) { _options = options; _factor = 2; _times = 1; }
                public Worker(Options options, int times) { _options = options; _times = times; _factor = 2; }
                public string Work()
                {
                    string special = _options.Text;
                    string said = "";
                    for (int i = 0; i < _times; i++) { said += special == null ? _options.Size * _factor : special.Length; }
                    try { if (_options.IsSpecial) { Never.Told(said); } else { said += "."; } } catch (Exception failure) { said += failure.Message; }
                    return said;
                }
            }
            internal static class Never { public static string Told(string text) => "never " + text; }
            """);
        Assert.Equal("1024.102410241024.432000007root 23", probe.Linked);
        Assert.DoesNotContain(probe.Operands(), operand => operand.Contains("never", StringComparison.Ordinal));
        // All that is left of fields is how often a worker works.
        Assert.Equal(1, probe.Shape().Sum(type => type.Split(' ').Count(name => name.Length > 0 && !name.EndsWith(":", StringComparison.Ordinal) && !name.EndsWith("()", StringComparison.Ordinal))));
    }

    [Fact]
    public void FieldsThatHaveMoreThanOneValueStay()
    {
        Same("""
            public static class Probe
            {
                public static string Run()
                {
                    var early = new Early(); var some = new Some(false); var other = new Some(true); var pair = new Pair[2]; pair[1] = new Pair(4);
                    var switched = new Switch(); string before = switched.Say(); switched.Turn();
                    int changed = 0; var address = new Address(); address.Change(ref changed);
                    return early.Seen + early.Value + some.Value + other.Value + pair[0].Value + pair[1].Value + before + switched.Say() + address.Say() + changed + Choice.Of(true) + Choice.Of(false) + Late.Seen;
                }
            }
            internal class Base { public string Seen; public Base() { Seen = Look(); } protected virtual string Look() => "base"; }
            internal sealed class Early : Base { public int Value; public Early() { Value = 5; Tell(this); Ready = 9; } public int Ready; protected override string Look() => "early " + Value + Ready; private static void Tell(Early one) { one.Seen += "told " + one.Ready; } }
            internal sealed class Some { public int Value; public Some(bool set) { if (set) { Value = 3; } } }
            internal struct Pair { public int Value; public Pair(int ignored) { Value = 6; } }
            internal sealed class Switch { private bool _isOn; public void Turn() { _isOn = true; } public string Say() => _isOn ? "on" : "off"; }
            internal sealed class Address { private int _number = 1; public void Change(ref int other) { Set(ref _number); other = _number; } private static void Set(ref int number) { number = 8; } public string Say() => _number.ToString(); }
            internal sealed class Choice { private readonly string _text; private Choice(bool isNull) { _text = isNull ? null : "text" + isNull; } public static string Of(bool isNull) => new Choice(isNull)._text ?? "nothing"; }
            internal static class Late { public static string Seen = Other.Tell(); }
            internal static class Other { private static readonly int s_count = 11; public static string Tell() => "count " + s_count; }
            """);
    }

    [Fact]
    public void ArgumentsThatAreAlwaysTheSameAreNotPassed()
    {
        var probe = Same("""
            public static class Probe
            {
                public static string Run()
                {
                    var worker = new Worker(7, false);
                    int one = 1;
                    Func<int, int, string> other = worker.Told;
                    return worker.Work(one, 5, null, 20) + worker.Work(2, 5, null, 30) + worker.Twice(one = 3, one) + worker.Twice(one, 4) + Worker.Sum(Worker.Sum(1, 9, 2), 9, 3) + other(1, 2) + worker.Told(1, 2) + one;
                }
            }
            internal sealed class Worker
            {
                private readonly int _size;
                public Worker(int size, bool loud) { _size = size; if (loud) { throw new Exception("loud"); } }
                public string Work(int times, int factor, string text, int unused)
                {
                    string said = "";
                    for (int i = 0; i < times + _size; i++) { said += text == null ? i * factor : text.Length; }
                    return said + ";";
                }
                public string Twice(int ignored, int number) { number++; return number + "," + ";"; }
                public static int Sum(int a, int always, int b) { int sum = 0; for (int i = 0; i < b; i++) { sum += a + always; } return sum; }
                public string Told(int a, int b) => a + "/" + b;
            }
            """);
        Assert.DoesNotContain(probe.Operands(), operand => operand == "loud");
        Assert.DoesNotContain(probe.Operands(), operand => operand.Contains("System.Int32,System.Int32,System.Int32", StringComparison.Ordinal));
    }

    [Fact]
    public void AMissingObjectIsFoundWhereItWas()
    {
        var probe = Same("""
            public static class Probe
            {
                private static string s_said = "";
                public static string Run()
                {
                    var host = new Host(new Guest(4));
                    string ask = host.Ask(3);
                    string sum = host.Sum(Later(1), Later(2));
                    s_said += ask + sum;
                    Host nobody = s_said.Length > 0 ? null : host;
                    try { string first = nobody.First(Later(3), Later(4)); s_said += first; } catch (NullReferenceException) { s_said += "nobody "; }
                    try { string second = nobody.Second(Later(5)); s_said += second; } catch (NullReferenceException) { s_said += "nobody "; }
                    return s_said;
                }
                internal static int Later(int number) { s_said += number + ";"; return number; }
            }
            internal sealed class Host
            {
                private readonly Guest _guest;
                private int _asked;
                internal Host(Guest guest) { _guest = guest; }
                internal string Ask(int times) { string said = _guest.Answer(times > 2 ? Probe.Later(times) : 0, Count(times + Count(1))); string third = Third(Probe.Later(8), times); return said + third; }
                internal string Sum(int a, int b) { int sum = _asked; for (int i = 0; i < a; i++) { sum += b; } return sum + "!"; }
                internal string First(int a, int b) { int asked = _asked; Probe.Later(9); for (int i = 0; i < a; i++) { asked += b; } return asked + "?"; }
                internal string Second(int a) { Probe.Later(7); for (int i = 0; i < 2; i++) { a += _asked; } return a + "."; }
                private string Third(int a, int b) { for (int i = 0; i < b; i++) { _asked += a; } return _asked + ","; }
                private int Count(int by) { for (int i = 0; i < by; i++) { _asked++; } return _asked; }
            }
            internal sealed class Guest
            {
                private readonly int _size;
                internal Guest(int size) { _size = size; }
                internal string Answer(int times, int asked) { string said = ""; for (int i = 0; i < times; i++) { said += _size * asked + " "; } return said; }
            }
            """);
        Assert.DoesNotContain(probe.Operands(), operand => operand.Contains("::", StringComparison.Ordinal) && operand.Contains("(System.Int32,System.Int32)", StringComparison.Ordinal));
    }

    [Fact]
    public void AboveOtherValuesOnlyStraightCodeMoves()
    {
        var probe = Same("""
            public static class Probe
            {
                private static string s_said = "";
                public static string Run()
                {
                    var box = new Box(new int[] { 3, 1, 4, 1, 5, 9 });
                    s_said += (Later(1) - box.Start(Later(2), Later(1))) + ":" + (Later(7) * box.Branching(Later(3), Later(1)));
                    Box nobody = s_said.Length > 0 ? null : box;
                    try { s_said += Later(4) + nobody.Missing(Later(5), (short)Later(2), (byte)Later(3)); } catch (NullReferenceException) { s_said += "nobody "; }
                    try { s_said += Later(6) + nobody.NoticedLate(Later(7), (byte)Later(2)); } catch (NullReferenceException) { s_said += "nobody "; }
                    return s_said;
                }
                internal static int Later(int number) { s_said += number + ";"; return number; }
            }
            internal sealed class Box
            {
                private readonly int[] _numbers;
                private int _sum;
                internal Box(int[] numbers) { _numbers = numbers; }
                internal int Start(int a, int b) { a += _numbers[b]; _sum += a; Probe.Later(a); return _numbers[3 * a - 8] + _sum; }
                internal long Branching(int a, long b) { while (a > 0) { b += _numbers[a--]; } return b; }
                internal int Missing(int a, short b, byte c) { return _sum + a + b * c; }
                internal string NoticedLate(int a, byte b) { Probe.Later(a + b); return a + "." + _sum; }
            }
            """);
        string[] called = [.. probe.Operands().Where(operand => operand.Contains("::", StringComparison.Ordinal))];
        Assert.DoesNotContain(called, operand => operand.EndsWith("(System.Int32,System.Int32)", StringComparison.Ordinal));
        Assert.DoesNotContain(called, operand => operand.EndsWith("(System.Int32,System.Int16,System.Byte)", StringComparison.Ordinal));
        Assert.Contains(called, operand => operand.EndsWith("(System.Int32,System.Int64)", StringComparison.Ordinal));
        Assert.Contains(called, operand => operand.EndsWith("(System.Int32,System.Byte)", StringComparison.Ordinal));
    }

    /// <summary>Linked and compiled say the same.</summary>
    private static Probe Same(string source, params string[] api)
    {
        var probe = Probe.Of(source, api);
        Assert.False(probe.Compiled.StartsWith("threw", System.StringComparison.Ordinal), probe.Compiled);
        Assert.Equal(probe.Compiled, probe.Linked);
        return probe;
    }
}
