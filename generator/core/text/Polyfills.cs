// What newer language versions ask of the framework and .NET Standard 2.0 does not have.
namespace System.Runtime.CompilerServices;

internal static class IsExternalInit
{
}
