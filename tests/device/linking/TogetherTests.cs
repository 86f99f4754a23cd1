using System;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Mono.Cecil;
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
        public class Loud : ISound { public string Of(string text) => text.ToUpperInvariant(); }
        """;

    private const string Zoo = """
        public static class Program
        {
            private static readonly byte[] Own = { 9, 8, 7, 6, 5, 4, 3, 2, 1 };
            public static void Main()
            {
                IAnimal animal = new Dog(new Loud());
                string said = animal.Speak(3) + animal.Legs + ((Animal)animal).Tell() + new Animal.Cage((Animal)animal).Look() + ((Dog)animal).Sum() + Own[2];
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
    [InlineData(180, 3)]
    public void LibrariesBecomePartOfTheProgram(int mostCode, int leastParts)
    {
        byte[] animals = Probe.Compile("Animals", Animals);
        byte[] dogs = Probe.Compile("Dogs", Dogs, MetadataReference.CreateFromImage(animals));
        byte[] zoo = Probe.Compile("Zoo", Zoo, MetadataReference.CreateFromImage(animals), MetadataReference.CreateFromImage(dogs));

        using var together = Together.Of(zoo, mostCode, animals, dogs);

        Assert.Equal("DOG1w DOG1o DOG1o4".Replace(" ", "", StringComparison.Ordinal) + "secret 1[DOG1secret 1]317failed4.", together.Compiled);
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
