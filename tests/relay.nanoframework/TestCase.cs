using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using Xunit;
using Xunit.Sdk;

namespace SmtpEmbedded.Relay.Tests.NanoFramework;

/// <summary>One case of a test method of one build, run by hand.</summary>
internal sealed class TestCase
{
    private readonly MethodInfo _method;
    private readonly object?[] _arguments;

    private TestCase(MethodInfo method, object?[] arguments)
    {
        _method = method;
        _arguments = arguments;
    }

    /// <summary>The method and its arguments, as both builds call it.</summary>
    public string Name => _method.Name + "(" + string.Join(", ", _arguments) + ")";

    /// <summary>Every case of a test class, in the same order for every build.</summary>
    public static IReadOnlyList<TestCase> Of(Type tests) =>
    [
        .. tests.GetMethods()
            .Where(method => method.IsDefined(typeof(FactAttribute)))
            .OrderBy(method => method.Name, StringComparer.Ordinal)
            .SelectMany(method => Rows(method).Select(row => new TestCase(method, row))),
    ];

    /// <summary>Runs it and returns all that was said.</summary>
    public string Transcribe()
    {
        MethodInfo note = _method.DeclaringType!.Assembly.GetType(typeof(Transcript).FullName!)!.GetMethod(nameof(Transcript.Of))!;
        object test = Activator.CreateInstance(_method.DeclaringType!)!;
        return (string)note.Invoke(null, [() => Run(test)])!;
    }

    private void Run(object test)
    {
        try
        {
            Assert.Null(_method.Invoke(test, _arguments));
        }
        finally
        {
            (test as IDisposable)?.Dispose();
        }
    }

    private static IEnumerable<object?[]> Rows(MethodInfo method)
    {
        List<DataAttribute> data = method.GetCustomAttributes<DataAttribute>().ToList();
        return data.Count == 0 ? [[]] : data.SelectMany(one => one.GetData(method)!);
    }
}
