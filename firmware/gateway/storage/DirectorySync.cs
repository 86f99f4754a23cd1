using System;
using System.IO;
using System.Runtime.InteropServices;

namespace SmtpEmbedded.Gateway.Storage;

/// <summary>Makes the names in a folder durable: a new, renamed or removed file is not so before its folder is synced (fsync(2)). .NET has no call for it.</summary>
internal static class DirectorySync
{
    // The same on every Unix .NET runs on.
    private const int ReadOnly = 0;

    /// <exception cref="IOException">The system refused.</exception>
    public static void Sync(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            // NTFS journals its names by itself, and has no handle to sync them by.
            return;
        }

        int descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
        {
            throw Failure(folder, Marshal.GetLastPInvokeError());
        }

        int result = Fsync(descriptor);
        int cause = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (result != 0)
        {
            throw Failure(folder, cause);
        }
    }

    private static IOException Failure(string folder, int cause) =>
        new("The names in " + folder + " cannot be made durable: " + Marshal.GetPInvokeErrorMessage(cause));

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Fsync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int descriptor);
}
