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
        if (Project(name).Descendants("OutputType").Any(type => type.Value == "Exe"))
        {
            // The tests compile it as a library.
            module.EntryPoint = module.GetType("SmtpEmbedded.Device.Program").Methods.Single(method => method.Name == "Main");
        }

        Linker.Link.Run(module, ApiOf(name, withPage), out _);
        module.EntryPoint = null;
        using var linked = new MemoryStream();
        module.Write(linked);
        return linked.ToArray();
    }

    /// <summary>A number the device's project sets.</summary>
    public static int LimitOf(string property) => (int)Of("SmtpEmbedded.Device", property, withPage: false).Single();

    /// <summary>The types an assembly's project keeps visible, in an image without or with the operator's page.</summary>
    public static List<string> ApiOf(string name, bool withPage = false) => Of(name, "NanoApi", withPage).Select(item => item.Attribute("Include")!.Value).ToList();

    // There is one condition: whether the image has the operator's page.
    private static IEnumerable<XElement> Of(string name, string element, bool withPage) =>
        Project(name).Descendants(element).Where(found => found.AncestorsAndSelf().Select(one => one.Attribute("Condition")).All(condition => condition is null || condition.Value.Contains("!=") != withPage));

    private static XDocument Project(string name) => XDocument.Load(RepositoryFiles.Find("firmware/device", name + ".csproj").Single());

    private sealed class ImageResolver : IAssemblyResolver
    {
        private readonly Dictionary<string, AssemblyDefinition> _assemblies = [];

        public void Add(byte[] image)
        {
            var assembly = AssemblyDefinition.ReadAssembly(new MemoryStream(image), new ReaderParameters { AssemblyResolver = this });
            _assemblies[assembly.Name.Name] = assembly;
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
