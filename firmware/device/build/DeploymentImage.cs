using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Puts converted assemblies (.pe) into one deployment image, prints what each costs, and fails past a limit with the name of
/// what is too big. Compiled by the build itself; see nanoFramework.targets.
/// </summary>
public class DeploymentImage : Task
{
    /// <summary>What the packages bring.</summary>
    public ITaskItem[] Packages { get; set; }

    /// <summary>What is built here; the limits are for these.</summary>
    [Required]
    public ITaskItem[] Own { get; set; }

    /// <summary>The file to write.</summary>
    [Required]
    public string Image { get; set; }

    /// <summary>Bytes of all own assemblies together; 0 for no limit.</summary>
    public int OwnPeLimit { get; set; }

    /// <summary>Bytes of managed heap for static fields and tables; 0 for no limit.</summary>
    public int StaticRamLimit { get; set; }

    /// <summary>Bytes of one method.</summary>
    public int MethodLimit { get; set; }

    /// <summary>Cases of one switch.</summary>
    public int SwitchLimit { get; set; }

    /// <summary>Bytes of one array given with its values.</summary>
    public int StaticArrayLimit { get; set; }

    /// <inheritdoc/>
    public override bool Execute()
    {
        var packages = (Packages ?? new ITaskItem[0]).Select(item => item.ItemSpec).Where(File.Exists).Distinct().OrderBy(Path.GetFileName, StringComparer.Ordinal).ToList();
        var own = Own.Select(item => item.ItemSpec).Distinct().ToList();
        WriteImage(packages.Concat(own));

        var reports = own.Select(file => new PeFile(file)).ToList();
        int ownBytes = reports.Sum(report => report.Bytes);
        int ram = reports.Sum(report => report.StaticRam);
        var table = new StringBuilder();
        table.AppendLine("Deployment image " + Image + ": " + new FileInfo(Image).Length + " bytes");
        table.AppendLine("  flash  static RAM  methods  assembly");
        foreach (var report in reports.OrderByDescending(report => report.Bytes))
        {
            table.AppendLine(Row(report.Bytes, report.StaticRam, report.Methods.Count, report.Name));
        }

        table.AppendLine(Row(ownBytes, ram, reports.Sum(report => report.Methods.Count), "ours, of " + Limit(OwnPeLimit) + " flash and " + Limit(StaticRamLimit) + " static RAM"));
        foreach (string file in packages)
        {
            table.AppendLine(Row((int)new FileInfo(file).Length, -1, -1, Path.GetFileNameWithoutExtension(file)));
        }

        var method = Largest(reports.SelectMany(report => report.Methods));
        var choice = Largest(reports.SelectMany(report => report.Switches));
        var array = Largest(reports.SelectMany(report => report.Arrays));
        table.AppendLine("  largest method        " + Say(method, MethodLimit));
        table.AppendLine("  largest switch        " + Say(choice, SwitchLimit));
        table.Append("  largest static array  " + Say(array, StaticArrayLimit));
        Log.LogMessage(MessageImportance.High, table.ToString());

        var biggest = reports.OrderByDescending(report => report.Bytes).First();
        Check(OwnPeLimit > 0 && ownBytes > OwnPeLimit, "our assemblies take " + ownBytes + " bytes of flash, of " + OwnPeLimit + "; most is " + biggest.Name + " with " + biggest.Bytes);
        var fullest = reports.OrderByDescending(report => report.StaticRam).First();
        Check(StaticRamLimit > 0 && ram > StaticRamLimit, "static fields and tables take " + ram + " bytes of RAM, of " + StaticRamLimit + "; most is in " + fullest.Name + " with " + fullest.StaticRam + (array == null ? "" : ", its largest table " + array));
        Check(method != null && method.Size > MethodLimit, "a method is too big: " + method);
        Check(choice != null && choice.Size > SwitchLimit, "a switch has too many cases: " + choice);
        Check(array != null && array.Size > StaticArrayLimit, "an array is too big: " + array);
        return !Log.HasLoggedErrors;
    }

    private static string Limit(int limit)
    {
        return limit == 0 ? "unlimited" : limit.ToString();
    }

    private static string Row(int bytes, int ram, int methods, string name)
    {
        return bytes.ToString().PadLeft(7) + (ram < 0 ? "" : ram.ToString()).PadLeft(12) + (methods < 0 ? "" : methods.ToString()).PadLeft(9) + "  " + name;
    }

    private static Sized Largest(IEnumerable<Sized> all)
    {
        return all.OrderByDescending(one => one.Size).FirstOrDefault();
    }

    private static string Say(Sized sized, int limit)
    {
        return sized == null ? "none" : sized + ", of " + limit;
    }

    private void Check(bool isPast, string sentence)
    {
        if (isPast)
        {
            Log.LogError("The device image is past a limit: " + sentence + ".");
        }
    }

    private void WriteImage(IEnumerable<string> files)
    {
        using (var image = File.Create(Image))
        {
            foreach (string file in files)
            {
                byte[] bytes = File.ReadAllBytes(file);
                image.Write(bytes, 0, bytes.Length);
                image.Write(new byte[3], 0, (4 - (bytes.Length & 3)) & 3);
            }
        }
    }

    /// <summary>A thing with a name and a size.</summary>
    private sealed class Sized
    {
        public string Name;
        public int Size;

        public override string ToString()
        {
            return Size + " in " + Name;
        }
    }

    /// <summary>What an assembly in the interpreter's format 1 says of itself (nf-interpreter, nanoCLR_Types.h).</summary>
    private sealed class PeFile
    {
        private const int TypeDef = 4;
        private const int FieldDef = 5;
        private const int MethodDef = 6;
        private const int Strings = 11;
        private const int Signatures = 12;
        private const int ByteCode = 13;
        private const int TableCount = 16;
        private const int StartOfTables = 40;

        // What the interpreter's heap takes: a block for a static field; a header for an array of bytes.
        private const int BlockBytes = 12;
        private const int ArrayBytes = 24;

        private readonly byte[] _bytes;

        /// <summary>The fields, counted from 0, whose values a static constructor makes an array of.</summary>
        private readonly HashSet<int> _fromTheStart = new HashSet<int>();

        public PeFile(string file)
        {
            _bytes = File.ReadAllBytes(file);
            Name = Path.GetFileNameWithoutExtension(file);
            if (Encoding.ASCII.GetString(_bytes, 0, 6) != "NFMRK1")
            {
                throw new InvalidDataException(file + " is not in the format firmware 1.x loads.");
            }

            ReadTypes();
        }

        public string Name { get; private set; }

        public int Bytes
        {
            get { return _bytes.Length; }
        }

        public int StaticRam { get; private set; }

        public List<Sized> Methods { get; } = new List<Sized>();

        public List<Sized> Switches { get; } = new List<Sized>();

        public List<Sized> Arrays { get; } = new List<Sized>();

        private int Start(int table)
        {
            return BitConverter.ToInt32(_bytes, StartOfTables + 4 * table);
        }

        private int Word(int position)
        {
            return BitConverter.ToUInt16(_bytes, position);
        }

        private string Text(int id)
        {
            // Names every assembly would have are in the firmware, counted from the end.
            int start = Start(Strings) + id;
            if (start >= Start(Strings + 1))
            {
                return "member";
            }

            int end = Array.IndexOf(_bytes, (byte)0, start);
            return Encoding.UTF8.GetString(_bytes, start, end - start);
        }

        private void ReadTypes()
        {
            for (int method = 0; Start(MethodDef) + 16 * method < Start(MethodDef + 1); method++)
            {
                ReadMethod("", method, true);
            }

            for (int type = Start(TypeDef); type + 24 <= Start(TypeDef + 1); type += 24)
            {
                string name = Text(Word(type + 2)) + "." + Text(Word(type));
                int firstMethod = Word(type + 10);
                int methods = _bytes[type + 12] + _bytes[type + 13] + _bytes[type + 14];
                for (int i = firstMethod; i < firstMethod + methods; i++)
                {
                    ReadMethod(name, i, false);
                }

                int fields = Start(FieldDef) + 8 * Word(type + 16);
                for (int i = 0; i < _bytes[type + 20]; i++)
                {
                    StaticRam += BlockBytes;
                    ReadValues(fields + 8 * i);
                }

                // The linker makes fields with values fields of an object that is never made.
                fields = Start(FieldDef) + 8 * Word(type + 18);
                for (int i = 0; i < _bytes[type + 21]; i++)
                {
                    ReadValues(fields + 8 * i);
                }
            }
        }

        private void ReadValues(int field)
        {
            const int HasValues = 0x0400;
            if ((Word(field + 6) & HasValues) == 0)
            {
                return;
            }

            // The values of an array. One that the type's constructor makes of them is there from the start; others come and go.
            int size = Word(Start(Signatures) + Word(field + 4));
            Arrays.Add(new Sized { Name = Name + ", values of field " + Text(Word(field)), Size = size });
            StaticRam += _fromTheStart.Contains((field - Start(FieldDef)) / 8) ? ArrayBytes + size : 0;
        }

        private void ReadMethod(string type, int index, bool forTables)
        {
            const int None = 0xFFFF;
            const int StaticConstructor = 0x2000;
            int method = Start(MethodDef) + 16 * index;
            int start = Word(method + 2);
            if (start == None)
            {
                return;
            }

            // Code lies in the order of the methods; a method ends where the next one that has code begins.
            int end = Start(ByteCode + 1) - Start(ByteCode);
            for (int next = method + 16; next < Start(MethodDef + 1); next += 16)
            {
                if (Word(next + 2) != None && Word(next + 2) > start)
                {
                    end = Word(next + 2);
                    break;
                }
            }

            if (forTables)
            {
                if ((Word(method + 4) & StaticConstructor) != 0)
                {
                    ReadCode("", Start(ByteCode) + start, Start(ByteCode) + end);
                }

                return;
            }

            string name = type + "." + Text(Word(method));
            Methods.Add(new Sized { Name = name, Size = end - start });
            ReadCode(name, Start(ByteCode) + start, Start(ByteCode) + end);
        }

        /// <summary>Notes the switches of a method; of a static constructor, which has no name here, the fields whose values become arrays.</summary>
        private void ReadCode(string method, int at, int end)
        {
            const byte Switch = 0x45;
            const byte LoadToken = 0xD0;
            while (at < end)
            {
                byte code = _bytes[at++];
                if (code == LoadToken)
                {
                    int token = BitConverter.ToInt32(_bytes, at);
                    at += 4;
                    if (method.Length == 0 && token >> 24 == FieldDef)
                    {
                        _fromTheStart.Add(token & 0xFFFF);
                    }
                }
                else if (code == Switch)
                {
                    int cases = _bytes[at];
                    Switches.Add(new Sized { Name = method, Size = cases });
                    at += 1 + 2 * cases;
                }
                else
                {
                    at += code == 0xFE ? 1 + LongOperand(_bytes[at]) : Operand(code);
                }
            }
        }

        /// <summary>The bytes behind an opcode: tokens and branches take two in this format.</summary>
        private static int Operand(byte code)
        {
            if (code == 0x20 || code == 0x22)
            {
                return 4;
            }

            if (code == 0x21 || code == 0x23)
            {
                return 8;
            }

            if ((code >= 0x0E && code <= 0x13) || code == 0x1F || (code >= 0x2B && code <= 0x37) || code == 0xDE)
            {
                return 1;
            }

            bool isLong = (code >= 0x27 && code <= 0x29) || (code >= 0x38 && code <= 0x44) || (code >= 0x6F && code <= 0x75) || code == 0x79
                || (code >= 0x7B && code <= 0x81) || code == 0x8C || code == 0x8D || code == 0x8F || (code >= 0xA3 && code <= 0xA5)
                || code == 0xC2 || code == 0xC6 || code == 0xDD;
            return isLong ? 2 : 0;
        }

        private static int LongOperand(byte code)
        {
            if (code == 0x12 || code == 0x19)
            {
                return 1;
            }

            return code == 0x06 || code == 0x07 || (code >= 0x09 && code <= 0x0E) || code == 0x15 || code == 0x16 || code == 0x1C ? 2 : 0;
        }
    }
}
