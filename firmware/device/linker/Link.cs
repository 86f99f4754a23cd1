using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;

namespace SmtpEmbedded.Device.Linker;

/// <summary>
/// The whole of it, in order. First what must stay visible is settled; then types only the compiler needs give way to what
/// they stand for, small methods move into their callers, what nothing reaches goes, and what is left gets short names.
/// </summary>
internal static class Link
{
    /// <summary>Links a module in place.</summary>
    /// <param name="module">The module.</param>
    /// <param name="apiTypes">Types that others name; none for all public ones of a library.</param>
    /// <param name="map">What each type and method is called now, and was before.</param>
    /// <returns>What was left, in a sentence.</returns>
    public static string Run(ModuleDefinition module, IReadOnlyCollection<string> apiTypes, out List<string> map)
    {
        int types = Members.Types(module).Count();
        int methods = Members.Methods(module).Count();
        int fields = Members.Fields(module).Count();

        var api = Api.Of(module, apiTypes);
        PropertyFields.Expose(module, api);
        Enumerations.Replace(module, api);
        int inlined = Inlining.Run(module, api);
        var reached = Reachability.Of(module, api);
        Removal.Run(module, api, reached);
        if (SoleImplementations.Replace(module, api, reached))
        {
            inlined += Inlining.Run(module, api);
            Removal.Run(module, api, Reachability.Of(module, api));
        }

        int constant = Constants(module, api);
        OwnLocks.Run(module);
        int moved = SingleCalls.Run(module, api);
        NeedlessInstructions.Run(module);
        bool isProgram = module.EntryPoint is not null;
        int read = isProgram ? FieldsInLocals.Run(module) : 0;
        LocalSlots.Run(module);
        int merged = isProgram ? EqualEnds.Run(module) : 0;
        int guarded = StackGuards.Run(module, api);
        map = ShortNames.Give(module, api);
        return Members.Types(module).Count() + " of " + types + " types, " + Members.Methods(module).Count() + " of " + methods + " methods and "
            + Members.Fields(module).Count() + " of " + fields + " fields left, " + inlined + " calls replaced by what they call, " + moved + " methods moved to their only call, "
            + guarded + " calls guarded, " + constant + " fields constant, " + read + " read once in a method, " + merged + " equal ends merged";
    }

    /// <summary>What is constant decides branches, and what they led to makes more constant.</summary>
    private static int Constants(ModuleDefinition module, Api api)
    {
        int gone = 0;
        while (true)
        {
            int before = gone;
            gone += ConstantFields.Run(module, api);
            bool changed = ConstantMethods.Run(module) + ConstantArguments.Run(module, api) > 0 || gone > before;
            foreach (var method in Members.Methods(module).Where(method => method.HasBody))
            {
                changed |= DeadCode.Run(method.Body);
            }

            if (!changed)
            {
                return gone;
            }

            Removal.Run(module, api, Reachability.Of(module, api));
        }
    }
}
