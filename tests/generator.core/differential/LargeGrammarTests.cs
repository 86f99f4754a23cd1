using System.Linq;
using Xunit;

namespace SmtpEmbedded.Abnf.Core.Tests.Differential;

/// <summary>As <see cref="OtherGrammarTests"/>, beside them: compiling what is emitted for these takes as long as for all of those.</summary>
public sealed class LargeGrammarTests
{
    [Theory]
    [InlineData("jsonpath.abnf", "jsonpath-query", "member-name-shorthand literal function-name function-argument")]
    [InlineData("toml-values.abnf", "keyval", "", "simple-key boolean float integer comment", "val array inline-table")]
    public void AllReadTheSame(string file, string root, params string[] captureSets) =>
        RandomInputs.Check([.. captureSets.Select(captures => Subject.Of(RepositoryFiles.TestGrammar(file), root, captures))], share: 5);
}
