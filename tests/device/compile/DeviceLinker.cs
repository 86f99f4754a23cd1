using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Xml.Linq;
using Mono.Cecil;
using SmtpEmbedded.Device.Linker;
using SmtpEmbedded.Device.Tests.Reference;

namespace SmtpEmbedded.Device.Tests.Compile;

/// <summary>Links an assembly as the device's build does, with the API its project states.</summary>
internal static class DeviceLinker
{
    /// <summary>Links one of the firmware's assemblies.</summary>
    public static byte[] Link(string name, byte[] image, IEnumerable<FirmwareAssembly> uses, bool withPage = false)
    {
        using var resolver = new ImageResolver();
        foreach (var package in DeviceReferences.Assemblies)
        {
            resolver.Add(package.Image);
        }

        foreach (var used in uses)
        {
            resolver.Add(used.Linked);
        }

        using var module = ModuleDefinition.ReadModule(new MemoryStream(image), new ReaderParameters { AssemblyResolver = resolver });
        Linker.Link.Run(module, ApiOf(name, withPage), out _);
        return Written(module);
    }

    /// <summary>Links a program with the firmware's assemblies it is built with, as the device's build does: the assemblies of the image.</summary>
    public static IReadOnlyList<byte[]> LinkTogether(byte[] program, IEnumerable<byte[]> libraries)
    {
        using var resolver = new ImageResolver();
        foreach (var package in DeviceReferences.Assemblies)
        {
            resolver.Add(package.Image);
        }

        var joined = libraries.Select(library => resolver.Add(library).MainModule).ToList();
        var module = resolver.Add(program).MainModule;

        // The tests compile it as a library.
        module.EntryPoint = module.GetType("SmtpEmbedded.Device.Program").Methods.Single(method => method.Name == "Main");
        var whole = Joining.Run(module, joined, new Dictionary<ModuleDefinition, Dictionary<string, string>>(), resolver);
        Linker.Link.Run(whole, [], out _);
        return Parting.Run(whole).Select(part =>
        {
            part.EntryPoint = null;
            return Written(part);
        }).ToList();
    }

    /// <summary>A number the device's project sets.</summary>
    public static int LimitOf(string property) => (int)Of("SmtpEmbedded.Device", property, withPage: false).Single();

    /// <summary>The types an assembly's project keeps visible, in an image without or with the operator's page.</summary>
    public static List<string> ApiOf(string name, bool withPage = false) => Of(name, "NanoApi", withPage).Select(item => item.Attribute("Include")!.Value).ToList();

    // There is one condition: whether the image has the operator's page.
    private static IEnumerable<XElement> Of(string name, string element, bool withPage) =>
        Project(name).Descendants(element).Where(found => found.AncestorsAndSelf().Select(one => one.Attribute("Condition")).All(condition => condition is null || condition.Value.Contains("!=") != withPage));

    private static byte[] Written(ModuleDefinition module)
    {
        using var image = new MemoryStream();
        module.Write(image);
        return image.ToArray();
    }

    private static XDocument Project(string name) => XDocument.Load(RepositoryFiles.Find("firmware/device", name + ".csproj").Single());

    private sealed class ImageResolver : IAssemblyResolver
    {
        private readonly Dictionary<string, AssemblyDefinition> _assemblies = [];

        public AssemblyDefinition Add(byte[] image) =>
            Add(AssemblyDefinition.ReadAssembly(new MemoryStream(image), new ReaderParameters(ReadingMode.Immediate) { AssemblyResolver = this }));

        private AssemblyDefinition Add(AssemblyDefinition assembly)
        {
            _assemblies[assembly.Name.Name] = assembly;
            return assembly;
        }

        public AssemblyDefinition Resolve(AssemblyNameReference name) => _assemblies[name.Name];

        public AssemblyDefinition Resolve(AssemblyNameReference name, ReaderParameters parameters) => _assemblies[name.Name];

        public void Dispose()
        {
            foreach (var assembly in _assemblies.Values)
            {
                assembly.Dispose();
            }
        }
    }
}
