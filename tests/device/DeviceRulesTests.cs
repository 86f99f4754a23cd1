using System.Collections.Generic;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using SmtpEmbedded.Device.Tests.Compile;
using SmtpEmbedded.Device.Tests.Il;
using SmtpEmbedded.Device.Tests.Il.Rules;
using SmtpEmbedded.Device.Tests.Reference;
using Xunit;

namespace SmtpEmbedded.Device.Tests;

/// <summary>Each rule refuses a small program that breaks it, naming the member, and lets its lawful neighbour pass.</summary>
public sealed class DeviceRulesTests
{
    [Theory]
    [InlineData("class C<T> { }", "C`1")]
    [InlineData("class C { void M<T>() { } }", "C.M")]
    [InlineData("class C { delegate T D<T>(); }", "C.D`1")]
    public void RefusesGenericsOfOurOwn(string source, string member) => Refused(source, member, "generic");

    [Fact]
    public void RefusesGenericsOfOthers()
    {
        var host = MetadataReference.CreateFromFile(typeof(object).Assembly.Location);

        Refused("class C { void M() { new System.Collections.Generic.List<int>().Add(1); } }", "C.M", "System.Collections.Generic.List`1<Int32> is generic", host);
        Refused("class C { int? f; }", "C.f", "System.Nullable`1<Int32> is generic", host);
        Refused("class C { void M() { System.Array.Empty<int>(); } }", "C.M", "a generic method with <Int32> is generic", host);
        Refused("class C : System.IEquatable<C> { public bool Equals(C c) => true; }", "C", "System.IEquatable`1<C> is generic", host);
    }

    [Theory]
    [InlineData("class C { int[,] f; }", "C.f", "Int32[,]")]
    [InlineData("class C { object M() => new byte[2, 3]; }", "C.M", "Byte[,]")]
    [InlineData("class C { void M(string[][,] a) { } }", "C.M", "String[,][]")]
    public void RefusesMultiDimensionalArrays(string source, string member, string type) => Refused(source, member, type + " is an array of several dimensions");

    [Fact]
    public void AcceptsArraysOfArrays() => Accepted("class C { int[][] M() => new int[2][]; }");

    [Theory]
    [InlineData("unsafe class C { byte* f; }", "C.f")]
    [InlineData("unsafe class C { int M(byte[] b) { fixed (byte* p = b) { return *p; } } }", "C.M")]
    public void RefusesPointers(string source, string member) => Refused(source, member, "is a pointer");

    [Fact]
    public void RefusesStackalloc() => Refused("unsafe class C { int M(int n) { int* p = stackalloc int[n]; return p[0]; } }", "C.M", "the instruction localloc");

    [Theory]
    [InlineData("class C { int M(int a) => checked(a + 1); }", "add.ovf")]
    [InlineData("class C { byte M(int a) => checked((byte)a); }", "conv.ovf.u1")]
    public void RefusesCheckedArithmetic(string source, string instruction) => Refused(source, "C.M", "is checked (" + instruction + ")");

    [Fact]
    public void AcceptsALongLength() => Accepted("class C { byte[] M(long n) => new byte[n]; }");

    [Fact]
    public void RefusesASwitchOf256Targets()
    {
        Refused(Switch(256), "C.M", "a switch of 256 targets");
        Accepted(Switch(255));

        static string Switch(int count) =>
            "class C { int M(int a) { switch (a) { " + string.Concat(Enumerable.Range(0, count).Select(i => $"case {i}: return {i * 7 % 251};")) + " } return -1; } }";
    }

    [Fact]
    public void RefusesAnArrayInitialiserOver65535Bytes()
    {
        Refused(Array(65536), "C..cctor", "an array initialiser of 65536 bytes");
        Assert.DoesNotContain(Check(Array(65535)), finding => finding.Message.Contains("array initialiser", System.StringComparison.Ordinal));

        static string Array(int size) => "class C { static readonly byte[] F = { " + string.Join(",", Enumerable.Range(0, size).Select(i => i % 251)) + " }; }";
    }

    [Fact]
    public void RefusesDefaultInterfaceMethods()
    {
        Refused("interface I { int M() => 1; }", "I.M", "a method of an interface with a body");
        Accepted("interface I { int M(); } class C : I { public int M() => 1; }");
    }

    [Fact]
    public void RefusesMoreThan255Arguments()
    {
        Refused(Arguments(255), "C.M", "has 256 arguments");
        Accepted(Arguments(254));

        static string Arguments(int count) => "class C { void M(" + string.Join(", ", Enumerable.Range(0, count).Select(i => "int a" + i)) + ") { } }";
    }

    [Fact]
    public void RefusesMoreThan255Locals() =>
        Refused(
            "class C { void R(ref int a) { } void M() { " + string.Concat(Enumerable.Range(0, 256).Select(i => $"int a{i} = {i}; R(ref a{i}); ")) + "} }",
            "C.M",
            "has 256 locals");

    [Fact]
    public void RefusesADeepStack() =>
        Refused(
            "class C { int M(int a) => " + string.Concat(Enumerable.Repeat("a + (", 256)) + "a" + new string(')', 256) + "; }", "C.M", "stack places");

    [Fact]
    public void RefusesMoreThan255ExceptionHandlers() =>
        Refused(
            "class C { int f; void M() { " + string.Concat(Enumerable.Repeat("try { f++; } finally { f--; } ", 256)) + "} }", "C.M", "has 256 exception handlers");

    [Fact]
    public void RefusesAFarBranch()
    {
        Refused(Far(2400), "C.M", "has a branch over");
        Accepted(Far(2300));

        static string Far(int statements) =>
            "class C { int f; void M(bool b) { if (b) { " + string.Concat(Enumerable.Repeat("f += 70000;", statements)) + " } } }";
    }

    [Theory]
    [InlineData("public virtual void M{0}() {{ }}", 256, "256 virtual methods")]
    [InlineData("static void M{0}() {{ }}", 256, "256 static methods")]
    [InlineData("void M{0}() {{ }}", 255, "256 instance methods")] // and the constructor
    [InlineData("int f{0};", 256, "256 instance fields")]
    [InlineData("static int f{0};", 256, "256 static fields")]
    public void RefusesTooManyMembers(string member, int count, string message)
    {
        Refused(Members(count), "C", "has " + message);
        Accepted(Members(count - 1));

        string Members(int number) =>
            "class C { " + string.Concat(Enumerable.Range(0, number).Select(i => string.Format(System.Globalization.CultureInfo.InvariantCulture, member, i))) + " }";
    }

    [Fact]
    public void ConstantsAreNoFields() =>
        Accepted("class C { " + string.Concat(Enumerable.Range(0, 300).Select(i => $"public const int F{i} = {i};")) + " }");

    [Fact]
    public void RefusesMoreThan255ArrayInitialisers() =>
        Refused(
            "class C { object[] M() => new object[] { " + string.Concat(Enumerable.Range(0, 256).Select(i => $"new byte[] {{ 1, 2, 3, {i / 16}, {i % 16}, 9 }}, ")) + "}; }",
            "<PrivateImplementationDetails>",
            "has 256 static fields");

    [Fact]
    public void RefusesTooMuchCode()
    {
        var method = string.Concat(Enumerable.Repeat("f += 70000;", 1500));
        Refused("class C { int f; " + string.Concat(Enumerable.Range(0, 4).Select(i => $"void M{i}() {{ {method} }}")) + " }", "Probe", "bytes of code");
    }

    [Fact]
    public void RefusesTooManyStrings() =>
        Refused("class C { string M() => \"" + new string('s', 65530) + "\"; }", "Probe", "bytes of strings");

    [Fact]
    public void RefusesTooMuchArrayData() =>
        Refused(
            "class C { " + string.Concat(Enumerable.Range(1, 5).Select(n => $"byte[] M{n}() => new byte[] {{ " + string.Join(",", Enumerable.Repeat(n, 14000)) + " };")) + " }",
            "Probe",
            "bytes of signatures and array data");

    [Fact]
    public void RefusesMutableStructs()
    {
        Refused("struct S { public int A; }", "S.A", "a struct that can change");
        Accepted("struct S { public readonly int A; public S(int a) { A = a; } } enum E { A }");
    }

    [Theory]
    [InlineData("enum E { A } class C { string M(E e) => e.ToString(); }")]
    [InlineData("enum E { A } class C { string M(E e) => \"e=\" + e; }")]
    [InlineData("class C { string M(System.IO.SeekOrigin e) => \"e=\" + e; }")]
    public void RefusesTheTextOfAnEnum(string source) => Refused(source, "C.M", "the text of an enum");

    [Fact]
    public void AcceptsTheTextOfANumber() => Accepted("enum E { A } class C { string M(E e) => \"e=\" + (int)e; }");

    [Theory]
    [InlineData("class A { static int X = B.Y + 1; } class B { public static int Y = Z.N(); } class Z { public static int N() => 4; }", "leans on B.Y")]
    [InlineData("class A { static int X = B.N(); } class B { static int y = 5; public static int N() => y; }", "leans on B.y")]
    [InlineData("class A { static B X = new B(); } class B { static int y = 5; int z; public B() { z = y; } }", "leans on B.y")]
    [InlineData("class A { static A() { B.Y = 1; } } class B { public static int Y = 3; }", "leans on B.Y")]
    [InlineData("class A { static System.Action X = () => { }; }", "leans on A.<>c.<>9")]
    public void RefusesInitialisersThatLeanOnAnotherType(string source, string message)
    {
        var finding = Assert.Single(Check(source).GroupBy(finding => finding.Member)).First();
        Assert.StartsWith("A..cctor", finding.Member, System.StringComparison.Ordinal);
        Assert.Contains(message, finding.Message, System.StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("class A { static int X = B.Y + 1; } class B { public const int Y = 3; }")]
    [InlineData("class A { static int X = 2; static int Z = X + 1; static byte[] T = { 1, 2, 3, 4, 5 }; }")]
    [InlineData("class A { static B X = new B(7); } class B { int z; public B(int y) { z = y; } }")]
    public void AcceptsInitialisersThatStandAlone(string source) => Accepted(source);

    [Fact]
    public void RefusesReferencesThatAreNotAllowed()
    {
        var image = Image("class C { void M() { new System.Collections.Hashtable(); } }");

        Assert.Empty(new AllowedReferencesRule(["mscorlib", "nanoFramework.System.Collections"]).Check(image));
        Assert.Equal("nanoFramework.System.Collections", Assert.Single(new AllowedReferencesRule(["mscorlib"]).Check(image)).Member);
    }

    [Theory]
    [InlineData("class MarkAttribute : System.Attribute { }")]
    [InlineData("[System.Obsolete] class C { }")]
    public void RefusesTraces(string source)
    {
        Assert.Single(new NoTraceRule(source.Contains("Mark", System.StringComparison.Ordinal) ? "MarkAttribute" : "ObsoleteAttribute").Check(Image(source)));
        Assert.Empty(new NoTraceRule("AbnfParserAttribute").Check(Image(source)));
    }

    [Fact]
    public void AFindingSaysWhichLine()
    {
        var finding = Assert.Single(Check("class C\n{\n    int M(int a)\n    {\n        a += 2;\n        return checked(a + 1);\n    }\n}"));

        Assert.Equal("C.M (Probe.cs:6)", finding.Member);
    }

    private static void Refused(string source, string member, string message, params MetadataReference[] references)
    {
        var findings = Check(source, references);
        Assert.True(
            findings.Any(finding => finding.Member.Split(' ')[0] == member && finding.Message.Contains(message, System.StringComparison.Ordinal)),
            $"Nothing says of {member}: {message}. Found: {string.Join("\n", findings.Take(10))}");
    }

    private static void Accepted(string source)
    {
        var findings = Check(source);
        Assert.True(findings.Count == 0, string.Join("\n", findings));
    }

    private static IReadOnlyList<Finding> Check(string source, params MetadataReference[] references) => DeviceRules.CheckLinked(Image(source, references));

    private static AssemblyImage Image(string source, params MetadataReference[] references)
    {
        var compiled = DeviceCompiler.CompileUnchecked("Probe", source, references.Length > 0 ? references : DeviceReferences.Of(DeviceCompiler.RelayReferences));
        Assert.True(compiled.Image is not null, compiled.Report());
        return new AssemblyImage(compiled.Image);
    }
}
