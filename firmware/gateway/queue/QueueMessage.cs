using System;
using System.Collections.Generic;

namespace SmtpEmbedded.Gateway.Queue;

/// <summary>A message of the queue as operators and scripts see it.</summary>
/// <param name="Id">Its number in the spool.</param>
/// <param name="State"><c>due</c>, <c>waiting</c>, <c>held</c> or <c>sending</c>.</param>
/// <param name="IsAlert">Whether it is an alert raised here.</param>
/// <param name="Sender">The reverse-path; empty for the null one.</param>
/// <param name="Recipients">Each with what became of it.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Accepted">When it was accepted; null when the clock was not set.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Next">When it is tried next; null while it is held.</param>
/// <param name="Reason">Why the last attempt did not end it; empty before one, and after a restart.</param>
/// <param name="Header">Its header section; only for <c>show</c>.</param>
public sealed record QueueMessage(
    long Id,
    string State,
    bool IsAlert,
    string Sender,
    IReadOnlyList<QueueRecipient> Recipients,
    long Bytes,
    DateTimeOffset? Accepted,
    int Attempts,
    DateTimeOffset? Next,
    string Reason,
    string? Header);

/// <summary>A recipient of a message in the queue.</summary>
/// <param name="Address">The forward-path.</param>
/// <param name="State"><c>pending</c>, <c>delivered</c>, <c>failed</c> or <c>deferred</c>.</param>
public sealed record QueueRecipient(string Address, string State);

/// <summary>What an operator asks.</summary>
/// <param name="Command"><c>list</c>, <c>show</c>, <c>retry</c>, <c>hold</c>, <c>release</c> or <c>remove</c>.</param>
/// <param name="Ids">Which messages; null for all.</param>
public sealed record QueueRequest(string Command, IReadOnlyList<long>? Ids);

/// <summary>What is answered.</summary>
/// <param name="Error">What went wrong, as a sentence; empty when nothing did.</param>
/// <param name="Messages">Those listed or shown.</param>
/// <param name="Changed">The numbers of those changed.</param>
/// <param name="Busy">Those left alone because they were being sent at that moment, or have gone meanwhile.</param>
public sealed record QueueResponse(string Error, IReadOnlyList<QueueMessage> Messages, IReadOnlyList<long> Changed, IReadOnlyList<long> Busy);
