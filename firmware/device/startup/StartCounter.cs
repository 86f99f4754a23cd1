namespace SmtpEmbedded.Device;

/// <summary>
/// Counts in flash the starts that did not last. A hang cannot be seen while it lasts, for it stops every thread and no
/// watchdog can be had from C#; but whoever then cuts the power leaves a start that was not settled. Two writes a start.
/// </summary>
internal sealed class StartCounter
{
    private bool _isSettled;

    /// <summary>Counts this start as one that has not lasted yet.</summary>
    /// <returns>How many before it in a row did not last.</returns>
    public int Begin()
    {
        byte[] file = DeviceFile.ReadIfThere(DevicePaths.Starts);
        int before = file == null || file.Length == 0 ? 0 : file[0];
        DeviceFile.Replace(DevicePaths.Starts, new byte[] { (byte)(before < 255 ? before + 1 : 255) });
        return before;
    }

    /// <summary>This start has lasted. Further calls do nothing.</summary>
    public void Settle()
    {
        if (!_isSettled)
        {
            _isSettled = true;
            DeviceFile.Replace(DevicePaths.Starts, new byte[] { 0 });
        }
    }
}
