using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using SmtpEmbedded.Device.Tests.Compile;
using SmtpEmbedded.Device.Tests.Reference;
using Xunit;

namespace SmtpEmbedded.Device.Tests;

/// <summary>The reference assemblies are sound, and hold what the device has and not what it lacks.</summary>
public sealed class ReferenceAssembliesTests
{
    public static IEnumerable<object[]> Names => DeviceReferences.Assemblies.Select(reference => new object[] { reference.Api.Name });

    [Theory]
    [MemberData(nameof(Names))]
    public void EachCompilesWithoutError(string name)
    {
        var reference = DeviceReferences.Assemblies.Single(candidate => candidate.Api.Name == name);

        Assert.True(reference.Errors.Count == 0, string.Join("\n", reference.Errors));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EachHasTheIdentityTheDataGives(string name)
    {
        var reference = DeviceReferences.Assemblies.Single(candidate => candidate.Api.Name == name);

        var metadata = ((AssemblyMetadata)((PortableExecutableReference)reference.Metadata).GetMetadata()).GetModules()[0].GetMetadataReader();
        var definition = metadata.GetAssemblyDefinition();
        Assert.Equal(reference.Api.Name, metadata.GetString(definition.Name));
        Assert.Equal(reference.Api.Version, definition.Version.ToString());
        Assert.Equal(DeviceReferences.RuntimeMetadataVersion, metadata.MetadataVersion);
    }

    [Theory]
    [InlineData("byte[] b = new byte[4]; System.Array.Copy(b, 0, b, 1, 2);")]
    [InlineData("var list = new System.Collections.ArrayList(); list.Add(1);")]
    [InlineData("var table = new System.Collections.Hashtable(); table[\"a\"] = 1;")]
    [InlineData("var e = new System.Threading.AutoResetEvent(false); e.WaitOne(10, false);")]
    [InlineData("byte[] b = System.Text.Encoding.UTF8.GetBytes(\"a\"); lock (b) { }")]
    [InlineData("System.Action a = () => System.Console.WriteLine(\"a\" + 1); a();")]
    public void WhatTheDeviceHasCompiles(string statements)
    {
        Assert.Empty(Errors(statements));
    }

    [Theory]
    [InlineData("var list = new System.Collections.Generic.List<int>();", "CS0234")]
    [InlineData("string s = \"a\".Replace(\"a\", \"b\");", "CS1061")]
    [InlineData("System.Nullable<int> n = null;", "CS0305|CS0234|CS0246")]
    [InlineData("int? n = null;", "CS0518")]
    [InlineData("int n = new int[3][^1];", "CS0518|CS0656|CS1503")]
    [InlineData("var t = (1, 2);", "CS8179")]
    [InlineData("decimal d = 1m;", "CS0518")]
    [InlineData("byte[] b = System.Text.Encoding.ASCII.GetBytes(\"a\");", "CS0117")]
    [InlineData("System.Threading.Monitor.Wait(this);", "CS0117")]
    [InlineData("System.ReadOnlySpan<byte> s = default;", "CS0246|CS0234")]
    [InlineData("bool b = string.Equals(\"a\", \"b\", System.StringComparison.Ordinal);", "CS0234")]
    public void WhatTheDeviceLacksDoesNotCompile(string statements, string expected)
    {
        var errors = Errors(statements);

        Assert.True(errors.Any(error => expected.Split('|').Contains(error.Id)), "Got: " + string.Join("\n", errors));
    }

    [Fact]
    public void AStructOfTheDeviceMustBeAssignedBeforeItIsRead()
    {
        Assert.Contains(Errors("System.DateTime time; long ticks = time.Ticks;"), error => error.Id == "CS0165");
    }

    private static IEnumerable<Diagnostic> Errors(string statements) =>
        DeviceCompiler.Compile("Probe", "class Probe { void Run() { " + statements + " } }").Diagnostics
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
}
