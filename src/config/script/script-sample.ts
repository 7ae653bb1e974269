/** The script format for authors: one script that has every key there is. Help prints it. At most 78 columns wide. */
export const SCRIPT_SAMPLE = `description: Books a table.      # one line, for people
prompt: |                        # who the agent is and what it wants
  You book a table for {{guest}}, {{table}} if possible.
greeting: Hello, this is an AI assistant.   # none: the person speaks first

# Flags of 'ai-caller call' of the same names, which win over these:
voice: Kore
model: gemini-3.8-live
language: en-US
max_duration: 4m
max_turns: 20
silence_timeout: 15s
ring_timeout: 30s
digits: "ww1"                    # pressed right after the answer
detect_machine: true
on_machine: leave-message        # or hangup (the default), continue
voicemail_message: Please call back about the table.
transfer_to:                     # names with numbers, or a list of numbers
  Dana: "+12025550123"

# By these the agent ends the call, beside the usual farewells:
farewell_phrases: [See you at the table]

variables:                       # {{name}} in any text; without this block
  guest:                         # all of them must be given by --var
  table: by the window           # used when it is not given

tools:                           # functions that are requests to a server
  - name: free_tables
    description: Says which tables are free.
    parameters:                  # a JSON schema of type object
      type: object
      properties: { day: { type: string } }
      required: [day]
    http:
      method: GET                # the default; or POST, PUT, PATCH, DELETE
      # {day}: an argument; {{name}}: a variable
      url: https://api.example.com/{day}/tables
      # $NAME: from the environment or .env, and never shown
      headers: { Authorization: Bearer $API_TOKEN }
      timeout: 10s               # 1s to 60s
      max_response: 64kb         # at most 1mb
      allow_private: false       # true: this machine and its network, too

mcp_servers:                     # servers of the Model Context Protocol
  calendar:
    command: npx                 # a program, started in the script's folder
    args: [calendar-server]
    env: [CALENDAR_TOKEN]        # passed on; or { TOKEN: $CALENDAR_TOKEN }
    tools: [find_slot]           # only these
    timeout: 10s
  library:
    url: https://mcp.example.com/mcp        # or one that runs already
    headers: { Authorization: Bearer $LIBRARY_TOKEN }
    allow_private: false`
