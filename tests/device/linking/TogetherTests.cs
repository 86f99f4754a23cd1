using System;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Mono.Cecil;
using Mono.Cecil.Rocks;
using Xunit;

namespace SmtpEmbedded.Device.Tests.Linking;

/// <summary>A program that is linked with its libraries does what it did with them apart, in one assembly and in several.</summary>
public sealed class TogetherTests
{
    private const string Animals = """
        public interface IAnimal { string Speak(int times); int Legs { get; } }
        public interface ISound { string Of(string text); }
        public abstract class Animal : IAnimal
        {
            private static readonly byte[] Letters = { 119, 111, 111, 102, 33, 63 };
            protected volatile int Calls;
            public int Legs { get; set; } = 4;
            public virtual string Speak(int times) { Calls++; string said = ""; for (int i = 0; i < times; i++) { said += Name() + (char)Letters[i % 6]; } return said; }
            protected abstract string Name();
            internal virtual string Secret() => "secret " + Calls;
            public string Tell() => Secret();
            public sealed class Cage { private readonly Animal _inmate; public Cage(Animal inmate) { _inmate = inmate; } public string Look() => "[" + _inmate.Name() + _inmate.Secret() + "]"; }
        }
        public class Unused { public string Nobody() => "nobody wants this"; }
        """;

    private const string Dogs = """
        public class Dog : Animal
        {
            private static readonly int[] Ages = { 3, 1, 4, 1, 5, 9, 2, 6 };
            private readonly ISound _sound;
            public Dog(ISound sound) { _sound = sound; }
            protected override string Name() => _sound.Of("dog" + Ages[Calls % 8]);
            public int Sum() { int sum = 0; foreach (int age in Ages) { sum += age; } return sum; }
        }
        public static class Pack
        {
            public static string Howl(int dogs)
            {
                string said = "";
                for (int i = 0; i < dogs; i++)
                {
                    for (int j = 0; j < i; j++) { said += i * j; said += j % 2 == 0 ? "a" : "o"; }
                    said += "u";
                }
                return said + dogs;
            }
        }
        public class Loud : ISound { public string Of(string text) => text.ToUpperInvariant(); }
        """;

    private const string Zoo = """
        public static class Program
        {
            private static readonly byte[] Own = { 9, 8, 7, 6, 5, 4, 3, 2, 1 };
            public static void Main()
            {
                IAnimal animal = new Dog(new Loud());
                string said = animal.Speak(3) + animal.Legs + ((Animal)animal).Tell() + new Animal.Cage((Animal)animal).Look() + ((Dog)animal).Sum() + Own[2] + Pack.Howl(2) + Pack.Howl(3);
                try { Fail(animal); } catch (Failure failure) { said += failure.Message + failure.Code; } finally { said += "."; }
                System.AppContext.SetData("said", said);
            }
            private static void Fail(IAnimal animal) => throw new Failure(animal.Legs);
            private sealed class Failure : System.Exception { public readonly int Code; public Failure(int code) : base("failed") { Code = code; } }
        }
        """;

    [Theory]
    [InlineData(int.MaxValue, 1)]
    [InlineData(300, 2)]
    [InlineData(240, 3)]
    public void LibrariesBecomePartOfTheProgram(int mostCode, int leastParts)
    {
        byte[] animals = Probe.Compile("Animals", Animals);
        byte[] dogs = Probe.Compile("Dogs", Dogs, MetadataReference.CreateFromImage(animals));
        byte[] zoo = Probe.Compile("Zoo", Zoo, MetadataReference.CreateFromImage(animals), MetadataReference.CreateFromImage(dogs));

        using var together = Together.Of(zoo, mostCode, animals, dogs);

        Assert.Equal("DOG1w DOG1o DOG1o4".Replace(" ", "", StringComparison.Ordinal) + "secret 1[DOG1secret 1]317u0au2u0au0a2ou3failed4.", together.Compiled);
        Assert.Equal(together.Compiled, together.Run());
        Assert.True(together.Linked.Count >= leastParts, together.Linked.Count + " assemblies");
        Assert.DoesNotContain(together.Linked.SelectMany(Types), type => type.Name is "Animal" or "Dog" or "Unused" or "IAnimal" or "Program");
        // Each speaks only of those before it.
        string[] names = [.. together.Linked.Select(Name)];
        for (int i = 0; i < names.Length; i++)
        {
            Assert.Empty(References(together.Linked[i]).Intersect(names.Skip(i)));
            Assert.DoesNotContain("Animals", References(together.Linked[i]));
        }
    }

    [Fact]
    public void TypesThatNameEachOtherAreNotParted()
    {
        byte[] program = Probe.Compile("Ring", """
            public class A { public int N; public B Next; public int Sum() { int sum = N; for (int i = 0; i < 9; i++) { sum += i * N + (Next == null ? 0 : Next.Sum()); } return sum; } }
            public class B { public int N; public A Next; public int Sum() { int sum = N; for (int i = 0; i < 7; i++) { sum -= i * N + (Next == null ? 0 : Next.Sum()); } return sum; } }
            public static class Program { public static void Main() { System.AppContext.SetData("said", new A { N = 3, Next = new B { N = 4, Next = new A() } }.Sum().ToString() + new B().Sum()); } }
            """);

        var failure = Assert.Throws<Linker.LinkException>(() => Together.Of(program, 60));

        Assert.Contains("name each other", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EqualEndsStandOnce()
    {
        byte[] program = Probe.Compile("Ends", """
            public static class Program
            {
                public static string Error = "none";
                private static string _said = "";
                private static int _code;
                public static void Main()
                {
                    for (int i = -2; i < 12; i++)
                    {
                        _said += Pick(i) + (Check(i) ? "+" : "-" + Error + _code) + Loop(i) + Guarded(i) + Deep(i) + ";";
                    }
                    System.AppContext.SetData("said", _said);
                }
                private static string Pick(int i)
                {
                    string said = "";
                    switch (i)
                    {
                        case 1: said += "one"; _code += i; said += " and the same end" + _code; break;
                        case 2: said += "two"; _code += i; said += " and the same end" + _code; break;
                        case 5: said += "five"; _code -= i; said += " and the same end" + _code; break;
                        default: said += "other"; break;
                    }
                    return said + i;
                }
                private static bool Check(int i)
                {
                    if (i < 0) { Error = "below"; _code = 7; return false; }
                    if (i > 9) { Error = "above"; _code = 7; return false; }
                    if (i == 4) { Error = "four"; _code = 8; return false; }
                    Error = "none"; _code = 7; return true;
                }
                private static string Loop(int i)
                {
                    string said = "";
                    while (i < 12)
                    {
                        if (i % 3 == 0) { said += "t"; i += 2; continue; }
                        if (i % 5 == 0) { said += "f"; i += 2; continue; }
                        i++;
                        said += "o";
                    }
                    return said;
                }
                private static string Guarded(int i)
                {
                    string said = "";
                    try
                    {
                        if (i == 3) { said += "x" + _code; _code++; throw new System.ArgumentException("three"); }
                        if (i == 6) { said += "x" + _code; _code++; throw new System.ArgumentException("six"); }
                        if (i == 8) { said += "a" + 10 / (i - 8); }
                        said += "x" + _code; _code++;
                    }
                    catch (System.ArgumentException failure) { said += failure.Message; _code++; said += "x" + _code; }
                    catch (System.DivideByZeroException) { said += "by zero"; _code++; said += "x" + _code; }
                    finally { _code++; said += "x" + _code; }
                    _code++; said += "x" + _code;
                    return said;
                }
                private static int Deep(int i)
                {
                    int sum = i > 3 ? (i > 5 ? Add(i, 3) + Add(2, _code) : Add(i, 4) + Add(2, _code)) : (i > 1 ? 5 - Add(2, _code) : Add(1, 3) + Add(2, _code));
                    return sum * (i > 7 ? sum + _code : i > 2 ? 3 + _code : _code);
                }
                private static int Add(int a, int b) { int sum = 0; for (int k = 0; k < a; k++) { sum += b; } return sum + a; }
            }
            """);

        using var together = Together.Of(program, int.MaxValue);

        Assert.Equal(together.Compiled, together.Run());
        Assert.Equal(3, Texts(program, " and the same end"));
        Assert.Equal(1, Texts(Assert.Single(together.Linked), " and the same end"));
    }

    /// <summary>The relay, the vectors and the program that runs them, as one assembly and in many.</summary>
    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(0xFFFF)]
    [InlineData(40000)]
    public void EveryVectorPasses(int mostCode)
    {
        // By this name it may see what is internal.
        byte[] program = Probe.Compile("SmtpEmbedded.Relay.NanoFramework.Tests", """
            using SmtpEmbedded.Relay;
            public static class Program
            {
                public static void Main() { var log = new Lines(); new SmtpEmbedded.Device.Interpreter.Conformance(log).Run(); System.AppContext.SetData("said", log.Text); }
            }
            internal sealed class Lines : ILog
            {
                public string Text = "";
                public void Write(LogLevel level, string source, string text) { Text += source + ": " + text + "\n"; }
            }
            """, MetadataReference.CreateFromImage(LinkedRelay.Image));

        using var together = Together.Of(program, mostCode, LinkedRelay.Image);

        Assert.EndsWith(" 0 failed\n", together.Compiled, StringComparison.Ordinal);
        Assert.Equal(together.Compiled, together.Run());
        Assert.Equal(mostCode == int.MaxValue, together.Linked.Count == 1);
    }

    private static string Name(byte[] image)
    {
        using var module = ModuleDefinition.ReadModule(new MemoryStream(image));
        return module.Assembly.Name.Name;
    }

    [Fact]
    public void FieldsThatNobodyChangesAreReadOnce()
    {
        byte[] program = Probe.Compile("Fields", """
            public class Node
            {
                private readonly int[] _kept;
                private int[] _changed;
                private string _late = "first";
                private Node _before;
                private int[] _given;
                public Node(int[] numbers, Node next) { _kept = numbers ?? new int[8]; _changed = numbers; _given = numbers; if (next != null) { next._before = this; } }
                public int Sum(int rounds)
                {
                    int sum = 0;
                    for (int i = 0; i < rounds; i++)
                    {
                        sum += _kept[0] + _changed[0] + _given[0];
                        if (i == 2) { _changed = new int[] { 100, 200, 300 }; Take(ref _given); }
                        sum += _kept[1] * 2 + _changed[1] * 2 + _given[1] * 2;
                        sum += _kept[2] * 3 + _changed[2] * 3 + _given[2] * 3;
                        sum += _kept[0] * 4 + _changed[0] * 4 + _given[0] * 4;
                        sum += _kept[1] - _kept[2] + _kept[0];
                    }
                    return sum;
                }
                public string Links(Node other)
                {
                    string said = _late + (_before == null) + _late + (_before == other);
                    new Node(_kept, this);
                    said += _late + (_before == null) + _late + (_before == other);
                    _late = "then";
                    return said + _late + (_before == null) + (_before == other) + (_before == null ? "-" : "+");
                }
                public int Missing() { int sum = _kept.Length; for (int i = 0; i < _kept.Length; i++) { sum += _kept[i] + _kept.Length; } return sum; }
                private static void Take(ref int[] numbers) { numbers = new int[] { 7, 8, 9 }; }
            }
            public static class Program
            {
                public static void Main()
                {
                    var first = new Node(new int[] { 1, 2, 3 }, null);
                    var second = new Node(new int[] { 4, 5, 6 }, first);
                    string said = first.Sum(5) + ":" + second.Sum(4) + first.Links(second) + second.Links(null) + first.Missing();
                    Node nobody = said.Length > 0 ? null : first;
                    try { said += nobody.Missing(); } catch (System.NullReferenceException) { said += "nobody"; }
                    System.AppContext.SetData("said", said);
                }
            }
            """);

        using var together = Together.Of(program, int.MaxValue);

        Assert.Equal(together.Compiled, together.Run());
        using var module = ModuleDefinition.ReadModule(new MemoryStream(Assert.Single(together.Linked)));
        var reads = module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody && !method.IsStatic)
            .SelectMany(method => method.Body.Instructions.Where(one => one.OpCode.Code == Mono.Cecil.Cil.Code.Ldfld && ((FieldReference)one.Operand).FieldType.IsArray).GroupBy(one => ((FieldReference)one.Operand).Name, (_, ones) => ones.Count())).ToList();
        // Of the arrays two may change, and are read each time.
        Assert.Equal(2, reads.Count(count => count >= 4));
    }

    private static int Texts(byte[] image, string text)
    {
        using var module = ModuleDefinition.ReadModule(new MemoryStream(image));
        return module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody).SelectMany(method => method.Body.Instructions).Count(one => text.Equals(one.Operand));
    }

    private static TypeReference[] Types(byte[] image)
    {
        using var module = ModuleDefinition.ReadModule(new MemoryStream(image));
        return [.. module.Types];
    }

    private static string[] References(byte[] image)
    {
        using var module = ModuleDefinition.ReadModule(new MemoryStream(image));
        return [.. module.AssemblyReferences.Select(reference => reference.Name)];
    }
}
