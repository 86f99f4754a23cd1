using Xunit;

namespace SmtpEmbedded.Device.Tests.Application;

public sealed class DebouncerTests
{
    [Fact]
    public void OnlyWhatStaysIsAChange()
    {
        var contact = new Debouncer(50, false);
        Assert.False(contact.Read(true, 0));
        Assert.True(contact.IsUndecided);
        Assert.False(contact.Read(false, 20));
        Assert.False(contact.IsUndecided);
        Assert.False(contact.Read(true, 30));
        Assert.False(contact.Read(true, 79));
        Assert.True(contact.Read(true, 80));
        Assert.True(contact.Value);
        Assert.False(contact.Read(true, 500));
        Assert.False(contact.Read(false, 600));
        Assert.True(contact.Read(false, 650));
        Assert.False(contact.Value);
    }
}
